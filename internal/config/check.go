package config

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/suggest"
)

// checker checks a decoded file and makes a Config of it.
type checker struct {
	*decoder
	file  *file
	root  *node
	start position // of the file, for what stands nowhere

	experts  map[string]*expert
	topics   map[string]*topic
	channels map[string]*channel // that can be used
	accounts map[string]string   // who has it
}

// config checks everything and returns what the file means. If something is
// wrong it has been told, and what is wrong may be missing.
func (c *checker) config() *Config {
	cfg := &Config{
		DataDir:   resolve(c.dir, c.file.DataDir),
		HTTP:      c.http(),
		NATS:      c.nats(),
		Retention: Retention(c.file.Retention),
	}
	c.ports(cfg)
	c.collect()
	c.charges()
	cfg.Channels = c.checkChannels()
	cfg.Sources = c.checkSources()
	cfg.Directory = &directdial.Directory{
		Brands:  c.checkBrands(),
		Topics:  c.checkTopics(),
		Experts: c.checkExperts(),
		Coaches: c.checkCoaches(), Holidays: c.holidays(),
		Thresholds:   c.file.Classify.Thresholds.byTag(),
		Lexicons:     c.texts(c.file.Classify.Lexicons, "lexicons"),
		TopicWeights: c.texts(c.file.Classify.TopicWeights, "topic_weights"),
		Rules:        c.rules(),
	}
	cfg.Policy, cfg.Tests = c.policy(), c.tests()
	if cfg.Policy != nil {
		cfg.Directory.Policy = cfg.Policy.Version
	}
	c.warnings(cfg)
	if c.opt.Check != nil {
		for _, err := range leaves(errors.Join(c.opt.Check(cfg)...)) {
			c.elsewhere(err)
		}
	}
	cfg.Lacks = c.lacking()
	return cfg
}

// lacking is what is not there by what needs it, each name once and in order.
func (c *checker) lacking() map[string][]string {
	by := c.lackedBy
	for at, names := range c.lacks {
		needs := ""
		switch {
		case at == c.where(&c.file.DataDir):
			needs = "data_dir"
		case c.file.NATS != nil && at == c.where(&c.file.NATS.URL):
			needs = "nats"
		}
		by[needs] = append(by[needs], names...)
	}
	for needs, names := range by {
		slices.Sort(names)
		by[needs] = slices.Compact(names)
	}
	return by
}

// placed is an error that knows where it stands in a file that this package
// read and another one understands.
type placed interface {
	Position() (file string, line int, err error)
}

// elsewhere tells what a check of another package found. A field says where it
// stands; it is part of the message unless the cause names the thing itself.
func (c *checker) elsewhere(err error) {
	var in placed
	if errors.As(err, &in) {
		file, line, what := in.Position()
		c.add(Problem{File: file, Line: line, Column: 1, Msg: what.Error()})
		return
	}
	at, msg := c.start, err.Error()
	var of *directdial.Error
	if errors.As(err, &of) && of.Field != "" {
		at = c.root.find(of.Field).position
		if of.Msg == "" && of.Err != nil {
			msg = of.Err.Error()
		}
	}
	var doubt *Doubt
	if errors.As(err, &doubt) {
		c.warn(at, doubt.Hint, "%s", doubt.Msg)
		return
	}
	if c.refused(at) {
		return // what is wrong there was told, and this follows from it
	}
	c.fail(at, "", "%s", strings.ReplaceAll(msg, "\n", "; "))
}

// refused reports whether an error was told of what stands at a place.
func (c *checker) refused(at position) bool {
	return at != c.start && slices.ContainsFunc(c.problems, func(p Problem) bool {
		return p.Severity == Error && position{p.File, p.Line, p.Column} == at
	})
}

// collect gathers the names that others may refer to, each once.
func (c *checker) collect() {
	c.experts, c.topics = map[string]*expert{}, map[string]*topic{}
	c.channels, c.accounts = map[string]*channel{}, map[string]string{}
	for _, e := range c.file.Experts {
		if e == nil {
			continue
		}
		if c.name(&e.ID, "id") && taken(c, c.experts, e.ID, e, &e.ID, "an expert with the id") {
			continue
		}
		if e.ID == "ops" {
			c.fail(c.where(&e.ID), "take another", "the id ops stands for whoever runs a command")
		}
	}
	for i := range c.file.Topics {
		t := &c.file.Topics[i]
		if c.name(&t.Name, "name") {
			taken(c, c.topics, t.Name, t, &t.Name, "a topic named")
		}
	}
	if c.topics[directdial.Harm] == nil { // it is built in; an entry says who owns it, and adds to it
		c.topics[directdial.Harm] = &topic{Name: directdial.Harm, Restricted: true}
	}
}

// taken adds a thing under its name and tells if there is one already.
func taken[T any](c *checker, things map[string]*T, name string, thing *T, at *string, what string) bool {
	if other, ok := things[name]; ok {
		line := ""
		if first := c.where(other); first.line > 0 {
			line = ", in line " + strconv.Itoa(first.line)
			if here := c.where(at); here.file != first.file {
				line += " of " + first.file
			}
		}
		c.fail(c.where(at), "", "there is %s %s already%s", what, clip(*at), line)
		return true
	}
	things[name] = thing
	return false
}

// name reports whether a name is one, and says so if it is not.
func (c *checker) name(s *string, key string) bool {
	if *s == "" {
		return false // said by the decoder: it is required
	}
	if directdial.ValidName(*s) && !strings.HasPrefix(*s, "-") && !strings.HasSuffix(*s, "-") {
		return true
	}
	hint := ""
	if better := asName(*s); better != "" {
		hint = "for example " + better
	}
	c.fail(c.where(s), hint, "%s: must be of a-z, 0-9 and -, at most 64 and no - at either end, and is %s", key, quote(*s))
	return false
}

// asName makes a name of what somebody wrote.
func asName(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return ""
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if better := strings.Join(words, "-"); directdial.ValidName(better) {
		return better
	}
	return ""
}

// expertNamed reports whether there is the expert that a reference names; none
// is named by "".
func (c *checker) expertNamed(ref *string, key string) bool {
	if *ref == "" {
		return false
	}
	if _, ok := c.experts[*ref]; ok {
		return true
	}
	c.fail(c.where(ref), suggest.DidYouMean(*ref, slices.Collect(maps.Keys(c.experts))), "%s: there is no expert with the id %s", key, quote(*ref))
	return false
}

// patterns checks a list of words and phrases. What they mean is checked by who
// reads texts with them.
func (c *checker) patterns(list []string, key string) {
	for i := range list {
		if strings.TrimSpace(list[i]) == "" && !c.unknown[c.where(&list[i])] {
			c.fail(c.where(&list[i]), "", "%s: item %d is empty", key, i+1)
		}
	}
}

// account checks "<platform>:<identity>" and that it is nobody else's.
func (c *checker) account(id *string, key, whose string) {
	if *id == "" {
		return
	}
	platform, identity, found := strings.Cut(*id, ":")
	if !found || identity == "" || !directdial.ValidName(platform) {
		c.fail(c.where(id), "for example mastodon:@acme@mastodon.example", "%s: must be <platform>:<identity>, and is %s", key, quote(*id))
		return
	}
	folded := strings.ToLower(*id)
	if other, ok := c.accounts[folded]; ok {
		c.fail(c.where(id), "", "%s: %s belongs to %s already", key, clip(*id), other)
		return
	}
	c.accounts[folded] = whose
}
