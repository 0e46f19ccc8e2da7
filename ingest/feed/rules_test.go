package feed

import (
	"testing"
	"time"
)

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, robots, path string
		allowed            bool
	}{
		{"nothing said", "", "/feed", true},
		{"all forbidden", "User-agent: *\nDisallow: /", "/feed", false},
		{"nothing forbidden", "User-agent: *\nDisallow:", "/feed", true},
		{"another robot", "User-agent: examplebot\nDisallow: /", "/feed", true},
		{"another robot of a longer name", "User-agent: directdial-news\nDisallow: /", "/feed", true},
		{"another robot of a shorter name", "User-agent: direct\nDisallow: /", "/feed", true},
		{"us, and not all", "User-agent: directdial\nDisallow:\n\nUser-agent: *\nDisallow: /", "/feed", true},
		{"us behind all", "User-agent: *\nDisallow: /\nUser-agent: DIRECTDIAL/2\nAllow: /", "/feed", true},
		{"us among others", "User-agent: a\nUser-agent: directdial\nUser-agent: b\nDisallow: /feed", "/feed", false},
		{"us twice", "User-agent: directdial\nDisallow: /a\nUser-agent: b\nDisallow: /c\nUser-agent: directdial\nDisallow: /feed", "/feed", false},
		{"a sitemap between", "User-agent: directdial\nSitemap: https://a.example/\nUser-agent: b\nDisallow: /", "/feed", false},
		{"rules of nobody", "Disallow: /\nUser-agent: *\nDisallow: /a", "/feed", true},
		{"the longest decides", "User-agent: *\nDisallow: /\nAllow: /feed", "/feed.xml", true},
		{"whatever the order", "User-agent: *\nAllow: /feed\nDisallow: /feed/private", "/feed/private/1", false},
		{"of two alike the one that allows", "User-agent: *\nDisallow: /feed\nAllow: /feed", "/feed", true},
		{"anything", "User-agent: *\nDisallow: /*.xml", "/a/feed.xml?x=1", false},
		{"anything twice", "User-agent: *\nDisallow: /a*b*c", "/a1b2c3", false},
		{"anything from the beginning", "User-agent: *\nDisallow: /fish*.xml", "/a/fish.xml", true},
		{"the end", "User-agent: *\nDisallow: /*.xml$", "/feed.xml", false},
		{"not the end", "User-agent: *\nDisallow: /*.xml$", "/feed.xml?x=1", true},
		{"the end of a word", "User-agent: *\nDisallow: /feed$", "/feed", false},
		{"the query", "User-agent: *\nDisallow: /*?", "/feed?x=1", false},
		{"case of paths", "User-agent: *\nDisallow: /Feed", "/feed", true},
		{"case of keys, comments, spaces", " USER-AGENT : * # all\r\n disallow : /feed # no\r\n", "/feed", false},
		{"a byte order mark", "\uFEFFUser-agent: *\nDisallow: /", "/feed", false},
		{"escaped or not", "User-agent: *\nDisallow: /caf%c3%A9/%7Ena", "/café/~na", false},
		{"an escaped slash is none", "User-agent: *\nDisallow: /a%2Fb", "/a/b", true},
		{"a percent sign", "User-agent: *\nDisallow: /100%", "/100%25", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if rule := parseRules([]byte(c.robots)).forbids(c.path); (rule == "") != c.allowed {
				t.Errorf("forbidden by %q", rule)
			}
		})
	}
}

func TestCrawlDelays(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"10": 10 * time.Second, "0.5": time.Second / 2, "-1": 0, "soon": 0, "NaN": 0, "Inf": 0, "1e300": maxPace,
	} {
		if got := parseRules([]byte("User-agent: *\nCrawl-delay: " + text)).delay; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func FuzzRules(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /*a*b$\nAllow: /%c3%a9\nCrawl-delay: 1"), "/a?b=%")
	f.Fuzz(func(t *testing.T, robots []byte, path string) {
		r := parseRules(robots)
		if r.delay < 0 || r.delay > maxPace {
			t.Errorf("a delay of %v", r.delay)
		}
		rule := r.forbids(path)
		if rule != "" && !matches(rule, normal(path)) {
			t.Errorf("%q does not match %q", rule, path)
		}
		if n := normal(path); normal(n) != n {
			t.Errorf("%q is %q, then %q", path, n, normal(n))
		}
	})
}
