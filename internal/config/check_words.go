package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/suggest"
)

func (c *checker) checkBrands() (out []directdial.Brand) {
	names := map[string]*brand{}
	for i := range c.file.Brands {
		b := &c.file.Brands[i]
		if b.Name != "" {
			taken(c, names, strings.ToLower(b.Name), b, &b.Name, "a brand named")
		}
		c.keywords(&b.Keywords, b.Exclude)
		brand := directdial.Brand{Name: b.Name, Competitor: b.Relation == "competitor", Keywords: b.Keywords, Exclude: b.Exclude}
		for j := range b.Accounts {
			a := &b.Accounts[j]
			c.account(&a.ID, "id", "the brand "+b.Name)
			c.expertNamed(&a.Holder, "holder")
			brand.Accounts = append(brand.Accounts, directdial.Account{ID: a.ID, Holder: a.Holder})
		}
		out = append(out, brand)
	}
	return out
}

// keywords checks the words of a brand or a topic, of which there must be one.
func (c *checker) keywords(keywords *[]string, exclude []string) {
	if at, written := c.at[keywords]; written && len(*keywords) == 0 {
		c.fail(at, "name at least one word", "keywords: is empty, so nothing is ever found")
	}
	c.patterns(*keywords, "keywords")
	c.patterns(exclude, "exclude")
}

func (c *checker) checkTopics() (out []directdial.Topic) {
	for i := range c.file.Topics {
		t := &c.file.Topics[i]
		c.topicWords(t)
		c.patterns(t.Products, "products")
		c.patterns(t.Regions, "regions")
		owned := c.expertNamed(&t.Owner, "owner")
		switch {
		case (t.Mode == directdial.Units || t.Mode == directdial.Central) && t.Owner == "":
			c.fail(c.where(&t.Mode), "add owner", "mode: %s needs an owner", t.Mode)
		case t.Mode == directdial.Units && owned && c.experts[t.Owner].Team == "":
			c.warn(c.where(&t.Mode), "add team to the expert", "mode: the owner %s has no team, so units is the same as central", t.Owner)
		}
		mode := t.Mode
		if mode == "" {
			mode = directdial.Direct
		}
		out = append(out, directdial.Topic{
			Name: t.Name, Owner: t.Owner, Mode: mode, Keywords: t.Keywords, Exclude: t.Exclude, Restricted: t.Restricted,
			Languages: c.languages(t.Languages), Products: t.Products, Regions: t.Regions,
		})
	}
	return out
}

// topicWords checks the keywords of a topic. The topic harm is built in and has its
// own; an entry of that name may say only who owns it.
func (c *checker) topicWords(t *topic) {
	if t.Name == directdial.Harm {
		t.Restricted = true
		c.patterns(t.Keywords, "keywords")
		c.patterns(t.Exclude, "exclude")
		return
	}
	at, decoded := c.at[t]
	if _, written := c.at[&t.Keywords]; decoded && !written {
		c.fail(at, "", "keywords is required")
	}
	c.keywords(&t.Keywords, t.Exclude)
}

func (c *checker) checkCoaches() []string {
	seen := map[string]bool{}
	for i := range c.file.Coaches {
		id := &c.file.Coaches[i]
		c.expertNamed(id, "coaches")
		if seen[*id] {
			c.fail(c.where(id), "", "coaches: %s stands here twice", clip(*id))
		}
		seen[*id] = true
	}
	return c.file.Coaches
}

// unsureCoach is who gets what is unsure, other than the fallback.
const unsureCoach = "coach"

// rules are the numbers of routing.
func (c *checker) rules() directdial.Rules {
	r := &c.file.Routing
	c.expertNamed(&r.Fallback, "fallback")
	unsure := &c.file.Classify.Unsure
	if *unsure == unsureCoach && len(c.file.Coaches) == 0 {
		c.fail(c.where(unsure), "add coaches", "unsure: there is no coach")
	}
	return directdial.Rules{
		Fallback:      r.Fallback,
		UnsureToCoach: *unsure == unsureCoach,
		AcceptWithin:  r.AcceptWithin.byTag(),
		AnswerWithin:  r.AnswerWithin.byTag(),
		MaxHops:       r.MaxHops,
		Weights:       (*directdial.Weights)(&r.Weights),
		MaxAge:        time.Duration(r.MaxAge),
		Burst:         directdial.Burst(r.Burst),
		Crisis:        r.Crisis,
	}
}

// policy reads the file of the policy, if there is one.
func (c *checker) policy() *Policy {
	path := c.file.Policy
	at := c.where(&c.file.Policy)
	if path == "" || c.unknown[at] {
		return nil
	}
	before := len(c.problems)
	n := c.document(resolve(c.dir, path), at, "policy")
	if n == nil {
		if len(c.problems) == before {
			c.fail(at, "", "policy: %s is empty", path)
		}
		return nil
	}
	p := &Policy{}
	c.structure(n, reflect.ValueOf(p).Elem(), "policy", nil)
	c.patterns(p.Do, "do")
	c.patterns(p.Dont, "dont")
	for i := range p.Lines {
		topic := &p.Lines[i].Topic
		if _, ok := c.topics[*topic]; !ok && *topic != "" {
			c.fail(c.where(topic), suggest.DidYouMean(*topic, slices.Collect(maps.Keys(c.topics))), "topic: there is no topic %s", quote(*topic))
		}
	}
	return p
}
