package x

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/directdial/directdial"
)

// spend counts the posts that were read today, as X charges them: one that is
// read twice between two midnights in UTC is charged once. Posts that an answer
// brings along, because others refer to them, are counted like those that were
// asked for. Which posts they were is in memory; in the state are their number
// and those of the last minutes, which the next walk reads again. What else is
// read again after a restart is counted twice, which never exceeds the cap.
type spend struct {
	cap int
	now func() time.Time

	mu   sync.Mutex
	day  string
	read int
	ids  map[id]bool
	kept ids       // posts that will be looked at again today
	due  time.Time // when the next are looked at again
}

// spent is a day's account, as it stands in the state.
type spent struct {
	Day   string `json:"day"` // in UTC
	Posts int    `json:"posts"`
	Again []id   `json:"again,omitempty"` // of these, those that are read again
}

// maxAgain bounds how many posts stand in the state.
const maxAgain = 2000

func newSpend(perDay int, now func() time.Time) *spend { return &spend{cap: perDay, now: now} }

// today is called with the lock held. It begins a new account at midnight.
func (s *spend) today() {
	if day := s.now().UTC().Format(time.DateOnly); day != s.day {
		s.day, s.read, s.ids = day, 0, map[id]bool{}
	}
}

// recall takes over what a state says of the day, if it knows of more.
func (s *spend) recall(saved spent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	if saved.Day != s.day {
		return
	}
	s.read = max(s.read, saved.Posts)
	for _, p := range saved.Again {
		s.ids[p] = true
	}
}

// account returns what to keep in the state.
func (s *spend) account() spent {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	a := spent{Day: s.day, Posts: s.read}
	since := idAt(s.now().Add(-late - time.Minute)) // a walk takes a while
	for p := range s.ids {
		if p > since {
			a.Again = append(a.Again, p)
		}
	}
	slices.Sort(a.Again)
	a.Again = a.Again[max(len(a.Again)-maxAgain, 0):]
	return a
}

// add counts posts that were read.
func (s *spend) add(posts ...id) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	for _, p := range posts {
		if !s.ids[p] {
			s.ids[p] = true
			s.read++
		}
	}
}

// The parts of a day's cap, in tenths. One is for looks at the posts of open
// dials, and up to four are for looking again at what was emitted. Half is as far as a walk may go that catches up with the
// day before, so that a day on which more was said than the cap allows does not
// leave the next one without its own.
const (
	partLate = 5
	partRead = 9
	partLook = 10

	partWatched = 4
)

// keep puts aside what it takes to look again at posts today. X charges none of
// them that was read today. The next look is due at a time.
func (s *spend) keep(due time.Time, posts ids) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.due, s.kept = due, slices.Clone(posts)
}

// left is how many more posts may be read today, of that part of the cap; it is
// not negative.
func (s *spend) left(part int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	kept := 0
	for _, p := range s.kept {
		if !s.ids[p] {
			kept++
		}
	}
	free := s.cap*max(part, partRead)/10 - kept
	return max(min(s.cap*part/10, free)-s.read, 0)
}

// affords returns how many of these posts, from the first on, can be looked at
// again: for that is the whole cap.
func (s *spend) affords(posts ids) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	left := s.cap - s.read
	for i, p := range posts {
		if s.ids[p] {
			continue
		}
		if left--; left < 0 {
			return i
		}
	}
	return len(posts)
}

// midnight is when the next day begins.
func (s *spend) midnight() time.Time {
	return s.now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
}

// over is the error of who may read no more today. It does not outlast the time
// at which posts are to be looked at again, for which there is something left.
func (s *spend) over() error {
	now, until := s.now(), s.midnight()
	s.mu.Lock()
	if s.due.After(now) && s.due.Before(until) {
		until = s.due
	}
	s.mu.Unlock()
	return &directdial.Error{
		Kind: directdial.Temporary, After: until.Sub(now),
		Msg: fmt.Sprintf("the cap of %d posts a day is reached; X is asked again at midnight in UTC", s.cap),
	}
}
