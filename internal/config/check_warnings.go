package config

import (
	"net/url"
	"slices"
	"time"

	"github.com/directdial/directdial"
)

// warnings tells what can be meant, but should be looked at.
func (c *checker) warnings(cfg *Config) {
	c.exposed(cfg)
	for _, s := range []struct {
		key, lack string
	}{
		{"brands", "no name to listen for"},
		{"sources", "nothing will be heard"},
		{"experts", "nobody can be dialled"},
		{"topics", "nobody can be found by what they know"},
	} {
		if n := c.root.get(s.key); n == nil || n.kind == nullNode || (n.kind == listNode && len(n.items) == 0) {
			c.warn(c.start, "add "+s.key, "there are no %s: %s", s.key, s.lack)
		}
	}
	for i := range c.file.Topics {
		c.coverage(&c.file.Topics[i], cfg.Directory.Experts)
	}
}

// exposed looks at what others can reach, or cannot.
func (c *checker) exposed(cfg *Config) {
	public, err := url.Parse(cfg.HTTP.PublicURL)
	if err != nil {
		return
	}
	h, n := &c.file.HTTP, c.file.NATS
	if mail := c.channels["email"]; mail != nil && loopback(public.Host) {
		c.warn(c.where(&h.PublicURL, &h.Listen, h, &mail.name), "set public_url to an address that colleagues can open",
			"public_url: links in mail would point at %s, the reader's own machine", public.Host)
	}
	if !loopback(h.Listen) && public.Scheme == "http" {
		c.warn(c.where(&h.Listen), "put a proxy with TLS in front and set public_url to its https address",
			"listen: tokens and mentions would cross the network unencrypted")
	}
	if cfg.HTTP.Desk != "" && !loopback(h.Desk) {
		c.warn(c.where(&h.Desk), "listen at 127.0.0.1 with a proxy with TLS in front, or keep others out with a firewall",
			"desk: the token and what people wrote would cross the network unencrypted")
	}
	if n != nil && cfg.NATS.Listen != "" && !loopback(n.Listen) {
		c.warn(c.where(&n.Listen), "listen at 127.0.0.1, or keep others out with a firewall",
			"nats.listen: whoever reaches it can read and write all streams")
	}
}

// coverage warns of a topic that nobody is enabled for: it is heard, and goes
// to nobody who knows.
func (c *checker) coverage(t *topic, experts []directdial.Expert) {
	if c.topics[t.Name] != t {
		return // its name is wrong or another's, so no grant can mean it
	}
	var last time.Time // end of the last grant that has ended
	lastZone := time.UTC
	asked := false // there is a grant without a yes
	for _, e := range experts {
		for _, g := range e.Grants {
			named := slices.Contains(g.Topics, t.Name)
			if !named && (t.Restricted || !slices.Contains(g.Topics, anyTopic)) {
				continue
			}
			switch {
			case g.Agreed.IsZero():
				asked = true
			case g.Until.IsZero() || g.Until.After(c.opt.Now):
				return
			case g.Until.After(last):
				last, lastZone = g.Until, zoneOf(e)
			}
		}
	}
	at, hint := c.where(&t.Name), "mentions of it go to the owner, the fallback or a coach; grant it to somebody"
	switch {
	case !last.IsZero():
		c.warn(at, hint, "nobody is enabled for %s any longer; the last grant ended on %s", t.Name, lastDay(last, lastZone))
	case asked:
		c.warn(at, hint, "nobody is enabled for %s; who is granted it has not agreed", t.Name)
	default:
		c.warn(at, hint, "nobody is enabled for %s", t.Name)
	}
}

// zoneOf is the zone of an expert that was checked; UTC for one that is wrong.
func zoneOf(e directdial.Expert) *time.Location {
	if zone, err := time.LoadLocation(e.Timezone); err == nil {
		return zone
	}
	return time.UTC
}
