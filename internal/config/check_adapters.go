package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial/internal/suggest"
)

func (c *checker) checkSources() (out []Source) {
	names := map[string]*source{}
	for i := range c.file.Sources {
		s := &c.file.Sources[i]
		named := c.name(&s.Name, "name") && !taken(c, names, s.Name, s, &s.Name, "a source named")
		if s.Type == "" || s.node == nil || s.node.kind != mappingNode {
			continue // told by the decoder
		}
		at := c.where(&s.Type)
		construct, ok := c.opt.Kinds.Sources[s.Type]
		if !ok {
			c.fail(at, suggest.DidYouMean(s.Type, slices.Collect(maps.Keys(c.opt.Kinds.Sources))), "type: there is no source type %s", quote(s.Type))
			continue
		}
		e := &entry{load: c.load, dir: c.dir, node: s.node, at: at, what: strings.TrimSpace("source " + s.Name), outer: []string{"name", "type"}}
		if e.construct(s.Name, construct) && named {
			out = append(out, Source{Name: s.Name, Type: s.Type, Decode: e.later, Settings: e.settings(), Hosts: e.hosts()})
		}
	}
	return out
}

func (c *checker) checkChannels() (out []Channel) {
	for i := range c.file.Channels {
		ch := &c.file.Channels[i]
		construct, ok := c.opt.Kinds.Channels[ch.name]
		if !ok {
			c.fail(ch.at, suggest.DidYouMean(ch.name, c.foreign), "there is no channel %s", quote(ch.name))
			continue
		}
		c.channels[ch.name] = ch
		if ch.node.kind != mappingNode && ch.node.kind != nullNode {
			c.fail(ch.node.position, "", "%s: must be a mapping, and is %v", ch.name, ch.node.kind)
			continue
		}
		e := &entry{load: c.load, dir: c.dir, node: ch.node, at: ch.at, what: "channel " + ch.name}
		if e.construct(ch.name, construct) {
			out = append(out, Channel{Name: ch.name, Decode: e.later, Settings: e.settings()})
		}
	}
	return out
}
