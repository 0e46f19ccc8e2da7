package mastodontest

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Post is what somebody writes.
type Post struct {
	// Author is "user" for an account of the server, else "user@domain".
	Author string
	// Text as typed: "#tag", "@account" and links become what Mastodon makes of
	// them. HTML, if set, is taken instead, as from another kind of server.
	Text, HTML string
	Warning    string // content warning
	Visibility string // "" is public
	Language   string // "" is null
	InReplyTo  string // id on this server
	BoostOf    string // id on this server; all but the author is ignored
	// At is when it was written; the zero time is now. One of the past is a
	// post from elsewhere that arrives late.
	At        time.Time
	NoURL     bool   // the server does not know the address of its page
	Bio       string // HTML of the author's profile
	NoIndex   bool   // the author does not want to be found
	Followers int
	Name      string // display name
}

// Written is a post on the server.
type Written struct {
	ID  string // on this server
	URI string // everywhere
	URL string
	At  time.Time
}

// Post makes a post appear. If it names the account of the server, that gets a
// notification.
func (s *Server) Post(p Post) Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if p.At.IsZero() {
		p.At = now
	}
	st := s.status(p, now)
	i, _ := slices.BinarySearchFunc(s.statuses, st.ID, func(x *status, id string) int { return compare(x.ID, id) })
	s.statuses = slices.Insert(s.statuses, i, st)
	s.tell("update", st, s.public(st)...)
	if st.boostOf == nil && slices.Contains(st.named, s.Account) {
		// Notifications are numbered as they come.
		s.notify(notification{Type: "mention", CreatedAt: stamp(now), Account: st.Account, Status: st})
	}
	return Written{ID: st.ID, URI: st.URI, URL: st.page, At: p.At.UTC().Truncate(time.Millisecond)}
}

// Notify adds a notification of another type, which has no status.
func (s *Server) Notify(kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notify(notification{Type: kind, CreatedAt: stamp(time.Now())})
}

func (s *Server) notify(n notification) {
	s.seq++
	n.ID = strconv.Itoa(9_000 + s.seq)
	if s.GoToSocial {
		n.ID = ulid(time.Now(), s.seq)
	}
	s.notifications = append(s.notifications, n)
	s.tell("notification", n, "user:notification")
}

// Edit gives a post another text, and returns when.
func (s *Server) Edit(id, text string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, now := s.find(id), time.Now().UTC().Truncate(time.Millisecond)
	edited := stamp(now)
	st.EditedAt = &edited
	st.Content, st.tags, _ = s.render(text)
	s.tell("status.update", st, s.public(st)...)
	return now
}

// Delete takes a post away, with its notification.
func (s *Server) Delete(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.find(id); st != nil {
		s.tell("delete", id, s.public(st)...)
	}
	s.statuses = slices.DeleteFunc(s.statuses, func(st *status) bool { return st.ID == id })
	s.notifications = slices.DeleteFunc(s.notifications, func(n notification) bool { return n.Status != nil && n.Status.ID == id })
}

// find returns a status, nil if there is none.
func (s *Server) find(id string) *status {
	for _, st := range s.statuses {
		if st.ID == id {
			return st
		}
	}
	return nil
}

func (s *Server) status(p Post, now time.Time) *status {
	s.seq++
	user, domain, remote := strings.Cut(p.Author, "@")
	if !remote {
		domain = s.Domain
	}
	written := p.At
	if written.After(now) {
		written = now // only a time of the past makes an id of the past
	}
	st := &status{
		ID:        strconv.FormatInt(written.UnixMilli()<<16|int64(s.seq&0xffff), 10),
		CreatedAt: stamp(p.At), Visibility: "public", SpoilerText: p.Warning, Sensitive: p.Warning != "",
		Account: s.account(p, user, domain), Media: []any{}, Tags: []any{}, Mentions: []any{}, Emojis: []any{},
	}
	if s.GoToSocial {
		st.ID = ulid(written, s.seq)
	}
	number := strconv.Itoa(1_000_000 + s.seq)
	st.URI = fmt.Sprintf("https://%s/users/%s/statuses/%s", domain, user, number)
	if !p.NoURL {
		st.page = fmt.Sprintf("https://%s/@%s/%s", domain, user, number)
		st.URL = &st.page
	}
	if p.Visibility != "" {
		st.Visibility = p.Visibility
	}
	if p.Language != "" {
		st.Language = &p.Language
	}
	if p.InReplyTo != "" {
		st.InReplyTo = &p.InReplyTo
	}
	st.Content, st.tags, st.named = s.render(p.Text)
	if p.HTML != "" {
		st.Content = p.HTML
	}
	if p.BoostOf != "" {
		st.boostOf = s.find(p.BoostOf)
		st.Reblog = st.boostOf
	}
	return st
}

func (s *Server) account(p Post, user, domain string) account {
	a := account{
		ID: strconv.Itoa(len(user)*1000 + len(domain)), Username: user, Acct: p.Author, DisplayName: p.Name,
		URL: "https://" + domain + "/@" + user, URI: "https://" + domain + "/users/" + user,
		Note: p.Bio, FollowersCount: p.Followers, Fields: []any{},
	}
	if domain == s.Domain && !s.GoToSocial {
		a.NoIndex = &p.NoIndex
	}
	return a
}

// special is what Mastodon makes links of.
var special = regexp.MustCompile(`https?://[^\s<]+|#[\pL\pN_]+|@[A-Za-z0-9_]+(@[A-Za-z0-9.-]+[A-Za-z0-9])?`)

// render makes the HTML of a text, and finds its hashtags and the accounts of
// this server that it names.
func (s *Server) render(text string) (content string, tags, named []string) {
	var b strings.Builder
	b.WriteString("<p>")
	end := 0
	for _, at := range special.FindAllStringIndex(text, -1) {
		b.WriteString(escape(text[end:at[0]]))
		word := text[at[0]:at[1]]
		end = at[1]
		switch word[0] {
		case '#':
			tags = append(tags, strings.ToLower(word[1:]))
			fmt.Fprintf(&b, `<a href="https://%s/tags/%s" class="mention hashtag" rel="tag">#<span>%s</span></a>`, s.Domain, word[1:], word[1:])
		case '@':
			user, domain, remote := strings.Cut(word[1:], "@")
			if !remote || domain == s.Domain {
				named = append(named, user)
			}
			fmt.Fprintf(&b, `<span class="h-card" translate="no"><a href="https://%s/@%s" class="u-url mention">@<span>%s</span></a></span>`, s.Domain, user, word[1:])
		default:
			b.WriteString(shortened(word))
		}
	}
	b.WriteString(escape(text[end:]))
	b.WriteString("</p>")
	return b.String(), tags, named
}

// escape escapes as Mastodon does: paragraphs, line breaks, and quotes.
func escape(s string) string {
	s = html.EscapeString(s)
	s = strings.ReplaceAll(s, "\n\n", "</p><p>")
	return strings.ReplaceAll(s, "\n", "<br />")
}

// shortened is a link as Mastodon shows it: without scheme, cut after 30
// characters.
func shortened(link string) string {
	scheme, rest, _ := strings.Cut(link, "://")
	scheme += "://"
	if strings.HasPrefix(rest, "www.") {
		scheme, rest = scheme+"www.", rest[4:]
	}
	shown, class, hidden := rest, "", ""
	if len(rest) > 30 {
		shown, class, hidden = rest[:30], "ellipsis", rest[30:]
	}
	return fmt.Sprintf(`<a href="%s" target="_blank" rel="nofollow noopener noreferrer" translate="no"><span class="invisible">%s</span><span class="%s">%s</span><span class="invisible">%s</span></a>`,
		html.EscapeString(link), scheme, class, html.EscapeString(shown), html.EscapeString(hidden))
}

// ulid is an id as GoToSocial makes them.
func ulid(t time.Time, seq int) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	id := []byte(strings.Repeat("0", 26))
	for ms, i := t.UnixMilli(), 9; i >= 0; ms, i = ms>>5, i-1 {
		id[i] = digits[ms&31]
	}
	for i := 25; i >= 10; seq, i = seq>>5, i-1 {
		id[i] = digits[seq&31]
	}
	return string(id)
}
