package directdial_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/directdial/directdial"
)

func whole() directdial.Mention {
	return directdial.Mention{
		ID: "https://social.example/users/user1/statuses/109", Platform: "mastodon", URL: "https://social.example/@user1/109",
		Text: "My invoice was charged twice.", Lang: "en", CreatedAt: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
		Author: directdial.Author{Handle: "user1@social.example", Followers: 12}, Reach: directdial.Reach{Likes: 3},
	}
}

func TestMentionIsRefusedWithTheFieldThatIsWrong(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for name, c := range map[string]struct {
		change func(*directdial.Mention)
		field  string // "" for one that is right
	}{
		"whole":                   {func(*directdial.Mention) {}, ""},
		"no id":                   {func(m *directdial.Mention) { m.ID = "" }, "id"},
		"id too long":             {func(m *directdial.Mention) { m.ID = long(directdial.MaxID + 1) }, "id"},
		"no text":                 {func(m *directdial.Mention) { m.Text = " \n\t" }, "text"},
		"text as long as may be":  {func(m *directdial.Mention) { m.Text = long(directdial.MaxText) }, ""},
		"text too long":           {func(m *directdial.Mention) { m.Text = long(directdial.MaxText + 1) }, "text"},
		"text of other bytes":     {func(m *directdial.Mention) { m.Text = "caf\xe9" }, "text"},
		"text of control signs":   {func(m *directdial.Mention) { m.Text = "\x1b[2J\r\n\u202e<!channel>" }, ""},
		"no platform":             {func(m *directdial.Mention) { m.Platform = "" }, "platform"},
		"platform in capitals":    {func(m *directdial.Mention) { m.Platform = "Mastodon" }, "platform"},
		"platform of subjects":    {func(m *directdial.Mention) { m.Platform = "a.>" }, "platform"},
		"no url":                  {func(m *directdial.Mention) { m.URL = "" }, ""},
		"url of a script":         {func(m *directdial.Mention) { m.URL = "javascript:alert(1)" }, "url"},
		"url without a host":      {func(m *directdial.Mention) { m.URL = "https:///x" }, "url"},
		"url of a path":           {func(m *directdial.Mention) { m.URL = "/x" }, "url"},
		"url too long":            {func(m *directdial.Mention) { m.URL = "https://a.example/" + long(directdial.MaxID) }, "url"},
		"thread too long":         {func(m *directdial.Mention) { m.Thread = long(directdial.MaxID + 1) }, "thread"},
		"reply too long":          {func(m *directdial.Mention) { m.InReplyTo = long(directdial.MaxID + 1) }, "in_reply_to"},
		"handle too long":         {func(m *directdial.Mention) { m.Author.Handle = long(directdial.MaxName + 1) }, "author.handle"},
		"name of other bytes":     {func(m *directdial.Mention) { m.Author.Name = "\xff" }, "author.name"},
		"lang too long":           {func(m *directdial.Mention) { m.Lang = long(directdial.MaxName + 1) }, "lang"},
		"year 10000":              {func(m *directdial.Mention) { m.CreatedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "created_at"},
		"year 1969":               {func(m *directdial.Mention) { m.CreatedAt = time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC) }, "created_at"},
		"edited in 10000":         {func(m *directdial.Mention) { m.EditedAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "edited_at"},
		"no time":                 {func(m *directdial.Mention) { m.CreatedAt = time.Time{} }, ""},
		"fewer than no likes":     {func(m *directdial.Mention) { m.Reach.Likes = -1 }, "reach.likes"},
		"fewer than no followers": {func(m *directdial.Mention) { m.Author.Followers = -1 }, "author.followers"},
	} {
		m := whole()
		c.change(&m)
		err := m.Check()
		var e *directdial.Error
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.field != "" && (!errors.As(err, &e) || e.Kind != directdial.Invalid || e.Field != c.field):
			t.Errorf("%s: %v, want it refused for %s", name, err, c.field)
		}
	}
}

func TestNormalizeFillsInWhatMayBeLeftOut(t *testing.T) {
	at := time.Date(2026, 11, 21, 11, 0, 0, 123456789, time.FixedZone("", 3600))
	m := directdial.Mention{URL: "HTTPS://Shop.Example:443/p/?b=2&a=1&utm_source=x#top", CreatedAt: at}
	m.Normalize("crm")
	if m.ID != "https://shop.example/p?a=1&b=2" || m.Platform != "crm" || m.CreatedAt.Format(time.RFC3339Nano) != "2026-11-21T10:00:00.123Z" || !m.EditedAt.IsZero() {
		t.Errorf("%+v", m)
	}
}

func TestSaidIsNeverLaterThanTheAcceptance(t *testing.T) {
	accepted := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ created, want time.Time }{
		"before":      {accepted.Add(-time.Hour), accepted.Add(-time.Hour)},
		"not told":    {time.Time{}, accepted},
		"ahead of us": {accepted.Add(time.Hour), accepted},
	} {
		m := directdial.Mention{CreatedAt: c.created, AcceptedAt: accepted}
		if got := m.Said(); !got.Equal(c.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestAuthorIsTheIdOrTheHandleInOneSpelling(t *testing.T) {
	for name, c := range map[string]struct {
		author directdial.Author
		want   string
	}{
		"id first":   {directdial.Author{ID: "42", Handle: "@User"}, "42"},
		"by handle":  {directdial.Author{Handle: "@User@Social.example"}, "user@social.example"},
		"not known":  {directdial.Author{Name: "User"}, ""},
		"ids differ": {directdial.Author{ID: "AbC"}, "AbC"},
	} {
		if got := c.author.Identity(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTwoSpellingsOfAnAddressAreOneIdentity(t *testing.T) {
	for raw, want := range map[string]string{
		"https://a.example/x":                      "https://a.example/x",
		"HTTPS://A.Example/x":                      "https://a.example/x",
		"https://a.example:443/x":                  "https://a.example/x",
		"http://a.example:80/x":                    "http://a.example/x",
		"http://a.example:443/x":                   "http://a.example:443/x",
		"https://a.example:8443/x":                 "https://a.example:8443/x",
		"https://a.example/x/":                     "https://a.example/x",
		"https://a.example/":                       "https://a.example",
		"https://a.example":                        "https://a.example",
		"https://a.example/x#part":                 "https://a.example/x",
		"https://a.example/x?":                     "https://a.example/x",
		"https://a.example/x?b=2&a=1":              "https://a.example/x?a=1&b=2",
		"https://a.example/x?utm_medium=m&id=1":    "https://a.example/x?id=1",
		"https://a.example/x?fbclid=1&gclid=2":     "https://a.example/x",
		"https://user:pass@a.example/x":            "https://a.example/x",
		"https://a.example/i?topic=1.0;all":        "https://a.example/i?topic=1.0;all",
		"https://a.example/x%2F":                   "https://a.example/x%2F",
		"https://a.example/a%20b/":                 "https://a.example/a%20b",
		"https://[2001:DB8::1]/x":                  "https://[2001:db8::1]/x",
		"https://[2001:db8::1]:443/x":              "https://[2001:db8::1]/x",
		"https://[2001:db8::1]:8443/x":             "https://[2001:db8::1]:8443/x",
		" https://a.example/x ":                    "https://a.example/x",
		"https://a.example/A":                      "https://a.example/A",
		"at://did:plc:abc/app.bsky.feed.post/3k2a": "at://did:plc:abc/app.bsky.feed.post/3k2a",
		"no address":                               "no address",
		"":                                         "",
	} {
		if got := directdial.NormalURL(raw); got != want {
			t.Errorf("%q becomes %q, want %q", raw, got, want)
		}
	}
}

func FuzzNormalURL(f *testing.F) {
	for _, s := range []string{
		"https://a.example:443/x/?b=2&a=1&utm_source=x#top", "http://[::1]:8080//", "https://a.example/%2F/", "https://a.example/x;y?a;b", "http://a%20b/",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once := directdial.NormalURL(raw)
		if twice := directdial.NormalURL(once); twice != once {
			t.Errorf("%q becomes %q, and that %q", raw, once, twice)
		}
	})
}

func TestNamesMayStandInSubjects(t *testing.T) {
	for name, want := range map[string]bool{
		"mastodon": true, "stack-exchange": true, "x": true, "9gag": true, strings.Repeat("a", 64): true,
		"": false, "Mastodon": false, "a.b": false, "a b": false, "*": false, ">": false, "ä": false, "a_b": false, strings.Repeat("a", 65): false,
	} {
		if got := directdial.ValidName(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
