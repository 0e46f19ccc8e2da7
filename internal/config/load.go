package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// Load reads the configuration file at path and all that it names. The problems
// are all that there is to say, in the order of the text; the configuration is
// nil if one of them refuses it.
func Load(path string, opt Options) (*Config, []Problem) {
	cfg, _, problems := read(path, opt)
	return cfg, problems
}

// Parse is Load for a text that stands in no file. name is what messages call
// it; relative paths in it are relative to where the program runs.
func Parse(name string, data []byte, opt Options) (*Config, []Problem) {
	l := newLoad(name, opt)
	return l.finish(l.config(".", data))
}

// read is Load; it returns what it read also if the configuration is refused.
func read(path string, opt Options) (*Config, inputs, []Problem) {
	l := newLoad(path, opt)
	c := l.reader.read(path)
	if c.err != nil {
		l.add(Problem{Msg: c.err.Error()})
		return nil, l.reader.inputs(), l.problems
	}
	cfg := l.config(filepath.Dir(path), c.data)
	if cfg != nil {
		cfg.File, cfg.inputs = path, l.reader.inputs()
	}
	cfg, problems := l.finish(cfg)
	return cfg, l.reader.inputs(), problems
}

// load is one reading of a configuration.
type load struct {
	name     string // of what is read
	opt      Options
	reader   *reader
	problems []Problem
	at       map[any]position // where the thing at an address stands
	hidden   *hidden
	unknown  map[position]bool     // values that are bad, or depend on something that is missing
	lacks    map[position][]string // what is missing, by the value that names it
	lackedBy map[string][]string   // the same by the source or channel
}

func newLoad(name string, opt Options) *load {
	if opt.Env == nil {
		opt.Env = os.LookupEnv
	}
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	return &load{
		name: name, opt: opt, reader: newReader(), hidden: &hidden{}, at: map[any]position{}, unknown: map[position]bool{},
		lacks: map[position][]string{}, lackedBy: map[string][]string{},
	}
}

func (l *load) add(p Problem) {
	if p.File == "" { // it is about what stands nowhere
		p.File = l.name
	}
	l.problems = append(l.problems, p)
}

func (l *load) finish(cfg *Config) (*Config, []Problem) {
	problems := sortProblems(l.problems)
	if Refused(problems) {
		return nil, problems
	}
	return cfg, problems
}

// mark remembers where v stands.
func (l *load) mark(v reflect.Value, at position) { l.at[v.Addr().Interface()] = at }

// where returns the position of the first of these pointers that was decoded:
// a field, then what it belongs to.
func (l *load) where(pointers ...any) position {
	for _, p := range pointers {
		if at, ok := l.at[p]; ok {
			return at
		}
	}
	return position{}
}

// decoder returns one that reports to the load.
func (l *load) decoder(dir string) *decoder {
	d := &decoder{load: l, dir: dir, report: l.add}
	for name := range l.opt.Kinds.Channels {
		d.foreign = append(d.foreign, name)
	}
	slices.Sort(d.foreign)
	return d
}

// config makes a configuration of the text of its file. It returns nil if the
// text is no YAML.
func (l *load) config(dir string, data []byte) *Config {
	root := parseDocument(l.name, data, l.add)
	if root == nil && Refused(l.problems) {
		return nil
	}
	if root == nil || root.kind == nullNode {
		// A file that is being written can be empty for a moment; it must not
		// replace one that works.
		l.add(Problem{Line: 1, Column: 1, Msg: "says nothing", Hint: "directdial init writes one to start from"})
		return nil
	}
	d, f := l.decoder(dir), defaults()
	if !d.wants(root, mappingNode, "the configuration") {
		return nil
	}
	d.decode(root, reflect.ValueOf(&f).Elem(), "the configuration")
	root = d.people(&f, root)
	c := &checker{decoder: d, file: &f, root: root, start: position{l.name, 1, 1}}
	return c.config()
}

// people reads the files of experts and adds what they hold to the experts of
// the file, and their nodes to the root.
func (d *decoder) people(f *file, root *node) *node {
	all := &node{position: root.position, kind: listNode}
	if n := root.get("experts"); n != nil {
		all.items = append(all.items, n.items...)
	}
	seen := map[string]bool{}
	for i := range f.People {
		for _, path := range d.matches(&f.People[i], "people") {
			if seen[path] {
				continue
			}
			seen[path] = true
			n := d.document(path, d.where(&f.People[i]), "people")
			if n == nil {
				continue
			}
			if n.kind == mappingNode {
				n = &node{position: n.position, kind: listNode, items: []*node{n}}
			}
			var more []*expert
			d.decode(n, reflect.ValueOf(&more).Elem(), "a file of people")
			f.Experts = append(f.Experts, more...)
			all.items = append(all.items, n.items...)
		}
	}
	out := *root
	out.pairs = append(slices.DeleteFunc(slices.Clone(root.pairs), func(p pair) bool { return p.key == "experts" }),
		pair{"experts", root.position, all})
	return &out
}

// matches returns the files that an entry of a list under key names. A pattern
// may match none, a path must be there.
func (d *decoder) matches(entry *string, key string) []string {
	path := resolve(d.dir, *entry)
	if strings.TrimSpace(*entry) == "" {
		d.fail(d.where(entry), "", "%s: an entry is empty", key)
		return nil
	}
	if d.unknown[d.where(entry)] {
		return nil
	}
	if !strings.ContainsAny(*entry, "*?[") {
		return []string{path}
	}
	paths, err := d.reader.glob(path)
	if err != nil {
		d.fail(d.where(entry), "* stands for any part of a name", "%s: %s is no pattern", key, quote(*entry))
	}
	return paths
}

// texts reads the files that a list under key names, each once, in its order.
func (d *decoder) texts(list []string, key string) (files []directdial.File) {
	seen := map[string]bool{}
	for i := range list {
		for _, path := range d.matches(&list[i], key) {
			if seen[path] {
				continue
			}
			seen[path] = true
			c := d.reader.read(path)
			if c.err != nil {
				d.fail(d.where(&list[i]), "", "%s: %s: %v", key, path, c.err)
				continue
			}
			files = append(files, directdial.File{Name: path, Text: string(c.data)})
		}
	}
	return files
}

// document reads and parses one more file. It returns nil, and has said why, if
// there is nothing.
func (d *decoder) document(path string, from position, key string) *node {
	c := d.reader.read(path)
	if c.err != nil {
		d.fail(from, "", "%s: %s: %v", key, path, c.err)
		return nil
	}
	return parseDocument(path, c.data, d.report)
}
