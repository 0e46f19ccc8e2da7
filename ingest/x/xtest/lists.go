package xtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of the lists.
const (
	reach       = 7 * 24 * time.Hour // of a search
	maxMentions = 800
)

// serveSearch answers what a query finds.
func (s *Server) serveSearch(w http.ResponseWriter, q url.Values) {
	if bad := s.badSearch(q); bad != nil {
		refuse(w, http.StatusBadRequest, *bad)
		return
	}
	s.serveList(w, q, s.found(q), q.Get("next_token"))
}

// found lists what a query finds, the oldest first.
func (s *Server) found(q url.Values) (found []*post) {
	above, below := number(q.Get("since_id")), number(q.Get("until_id"))
	for _, p := range s.posts {
		if p.id > above && (below == 0 || p.id < below) && p.visible() && !p.replaced && p.Repost == "" &&
			!p.indexed.After(time.Now()) && p.at.After(time.Now().Add(-reach)) && p.matches(q.Get("query")) {
			found = append(found, p)
		}
	}
	return found
}

// badSearch returns what is wrong with a search, nil if nothing is.
func (s *Server) badSearch(q url.Values) *problem {
	if q.Get("query") == "" {
		return invalid("query", "", "The query parameter can not be empty")
	}
	if size, err := strconv.Atoi(q.Get("max_results")); q.Has("max_results") && (err != nil || size < 10 || size > 100) {
		return invalid("max_results", q.Get("max_results"), "The `max_results` query parameter value is not between 10 and 100")
	}
	oldest := time.Now().Add(-reach)
	least := uint64(max(oldest.UnixMilli()-epoch, 0)) << 22
	if q.Has("since_id") && number(q.Get("since_id")) < least {
		return invalid("since_id", q.Get("since_id"), fmt.Sprintf(
			"'since_id' must be a tweet id created after %s. Please use a 'since_id' that is larger than %d", oldest.UTC().Format("2006-01-02T15:04Z"), least))
	}
	return badToken(q, "next_token")
}

func badToken(q url.Values, parameter string) *problem {
	if t := q.Get(parameter); t != "" && number(strings.TrimPrefix(t, "b26v")) == 0 {
		return invalid(parameter, t, "Sorry, '"+parameter+"' is not valid")
	}
	return nil
}

// serveMentions answers the newest posts that name an account.
func (s *Server) serveMentions(w http.ResponseWriter, q url.Values, account string) {
	if size, err := strconv.Atoi(q.Get("max_results")); q.Has("max_results") && (err != nil || size < 5 || size > 100) {
		refuse(w, http.StatusBadRequest, *invalid("max_results", q.Get("max_results"), "The `max_results` query parameter value is not between 5 and 100"))
		return
	}
	if bad := badToken(q, "pagination_token"); bad != nil {
		refuse(w, http.StatusBadRequest, *bad)
		return
	}
	name := ""
	for _, u := range s.users {
		if decimal(u.id) == account {
			name = u.name
		}
	}
	var found []*post
	for _, p := range s.posts {
		if p.visible() && !p.replaced && p.Repost == "" && name != "" && slices.Contains(tokens(p.Text), "@"+strings.ToLower(name)) {
			found = append(found, p)
		}
	}
	found = found[max(len(found)-maxMentions, 0):]
	above := number(q.Get("since_id"))
	found = slices.DeleteFunc(found, func(p *post) bool { return p.id <= above })
	s.serveList(w, q, found, q.Get("pagination_token"))
}

// serveList answers a page of posts, which come with the oldest first and leave
// with the newest.
func (s *Server) serveList(w http.ResponseWriter, q url.Values, found []*post, token string) {
	size := 10
	if n, err := strconv.Atoi(q.Get("max_results")); err == nil {
		size = n
	}
	if below := number(strings.TrimPrefix(token, "b26v")); below != 0 {
		found = slices.DeleteFunc(found, func(p *post) bool { return p.id >= below })
	}
	shown := slices.Clone(found[max(len(found)-size, 0):])
	slices.Reverse(shown)
	meta := map[string]any{"result_count": len(shown)}
	if n := len(shown); n > 0 {
		meta["newest_id"], meta["oldest_id"] = decimal(shown[0].id), decimal(shown[n-1].id)
		if len(found) > n {
			meta["next_token"] = "b26v" + decimal(shown[n-1].id)
		}
	}
	body := s.render(shown, nil)
	body["meta"] = meta
	answer(w, body)
}

// serveLookup answers posts by their ids. An id stands for one version.
func (s *Server) serveLookup(w http.ResponseWriter, q url.Values) {
	var shown []*post
	var lacking []map[string]any
	for _, id := range strings.Split(q.Get("ids"), ",") {
		switch p := s.find(id); {
		case p == nil || *p.deleted:
			lacking = append(lacking, lacks("ids", id, "resource-not-found"))
		case !p.visible():
			lacking = append(lacking, lacks("ids", id, "not-authorized-for-resource"))
		default:
			shown = append(shown, p)
		}
	}
	answer(w, s.render(shown, lacking))
}

// serveCounts answers how many posts a query finds.
func (s *Server) serveCounts(w http.ResponseWriter, q url.Values) {
	if bad := s.badSearch(q); bad != nil {
		refuse(w, http.StatusBadRequest, *bad)
		return
	}
	n := len(s.found(q))
	day := time.Now().UTC().Truncate(24 * time.Hour)
	answer(w, map[string]any{
		"data": []any{map[string]any{"start": day, "end": day.Add(24 * time.Hour), "tweet_count": n}},
		"meta": map[string]any{"total_tweet_count": n},
	})
}

// matches reports whether a post matches a query: all its words, in whatever
// order, and the operators from: and conversation_id:.
func (p *post) matches(query string) bool {
	text := tokens(p.Text)
	for _, word := range strings.Fields(strings.ToLower(query)) {
		word, not := strings.CutPrefix(word, "-")
		found := slices.Contains(text, word)
		if name, ok := strings.CutPrefix(word, "from:"); ok {
			found = strings.EqualFold(name, p.Author)
		} else if id, ok := strings.CutPrefix(word, "conversation_id:"); ok {
			found = id == decimal(p.root)
		}
		if found == not {
			return false
		}
	}
	return true
}

// tokens are the words of a text, in lower case, with their @ and #.
func tokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r != '@' && r != '#' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

func number(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}
