package route

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// memory is an index that a test fills by hand, to decide without any I/O.
type memory map[string]map[string][]byte

func (m memory) Get(bucket, key string) []byte { return m[bucket][key] }

func (m memory) Scan(bucket, prefix string, f func(string, []byte) bool) {
	for _, k := range slices.Sorted(maps.Keys(m[bucket])) {
		if strings.HasPrefix(k, prefix) && !f(k, m[bucket][k]) {
			return
		}
	}
}

func (m memory) put(bucket, key string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	if id, ok := v.(string); ok {
		data = []byte(id)
	}
	if m[bucket] == nil {
		m[bucket] = map[string][]byte{}
	}
	m[bucket][key] = data
}

// noon is a Saturday, on which the hours of the tests hold, too.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const (
	someMention = directdial.Key("0123456789abcdef0123456789abcdef")
	someAuthor  = directdial.Key("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	someRoot    = directdial.Key("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
)

// situation is everything that a decision depends on.
type situation struct {
	directory *directdial.Directory
	index     memory
	at        time.Time
	subject   subject
}

// situated is a complaint about billing at noon in the office, with changes.
func situated(text string, changes ...func(*directdial.Directory)) *situation {
	s := &situation{directory: change(changes...), index: memory{}, at: noon}
	s.subject = subject{
		key: someMention, author: someAuthor,
		mention:        directdial.CaseMention{Key: someMention, Platform: "mastodon", Said: noon},
		classification: testClassify(text, ""),
	}
	return s
}

func (s *situation) rules() *directory {
	return newDirectory(s.directory, []string{"email", "slack", "terminal"}, testDuty)
}

func (s *situation) decide() (directdial.Case, directdial.Decision) {
	return s.rules().consider(s.index, s.at, s.subject)
}

// dialled puts a dial of an earlier post into the index, which this one answers.
func (s *situation) dialled(state directdial.DialState, holder string) directdial.Dial {
	d := directdial.Dial{
		ID: "d0", State: state, Tag: directdial.Complaint, Topic: "billing", Holder: holder, Hop: 1,
		Mentions: []directdial.Key{someRoot}, Authors: []directdial.Key{someAuthor},
	}
	s.index.put(bDials, d.ID, d)
	s.index.put(bParents, string(someRoot), d.ID)
	s.subject.parents = []directdial.Key{someRoot}
	return d
}

func verdictOf(d directdial.Decision, id string) directdial.Verdict {
	for _, v := range d.Verdicts {
		if v.Expert == id {
			return v
		}
	}
	return directdial.Verdict{Expert: id, Reason: "no candidate"}
}
