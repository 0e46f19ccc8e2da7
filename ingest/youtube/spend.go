package youtube

import (
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/ingest"
)

// pacific is where YouTube's day begins at midnight.
const pacific = "America/Los_Angeles"

// Of a day's quota nine tenths are for the rounds; the rest is for looking at
// posts that somebody is to answer.
const tenths = 9

// spend counts what was used of the quotas of the day: searches, and units for
// all else. YouTube does not tell, so that it is kept in the state. Rounds use
// no more of it than has passed of the day, so that the evening is heard as the
// morning is.
type spend struct {
	zone            *time.Location
	units, searches int // a day
	report          ingest.Report
	now             func() time.Time

	mu      sync.Mutex
	day     spent
	blocked time.Time // no request before
}

// spent is a day's account, as it stands in the state.
type spent struct {
	Day      string `json:"day"` // in Pacific time
	Units    int    `json:"units"`
	Searches int    `json:"searches"`
}

// search is the method with a quota of its own.
const search = "search"

// today is called with the lock held. It begins a new account at midnight, and
// returns when the day began and ends.
func (s *spend) today() (begin, end time.Time) {
	now := s.now().In(s.zone)
	begin = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, s.zone)
	end = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, s.zone)
	if day := begin.Format(time.DateOnly); day != s.day.Day {
		s.day = spent{Day: day}
	}
	return begin, end
}

// recall takes over what a state says of the day, if it knows of more.
func (s *spend) recall(saved spent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	if saved.Day == s.day.Day {
		s.day.Units, s.day.Searches = max(s.day.Units, saved.Units), max(s.day.Searches, saved.Searches)
	}
}

// account returns what to keep in the state.
func (s *spend) account() spent {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today()
	return s.day
}

// add counts a request. It counts whatever becomes of it.
func (s *spend) add(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, end := s.today()
	if method == search {
		s.day.Searches++
		return
	}
	s.day.Units++
	s.report.Budget(max(s.units-s.day.Units, 0), end)
}

// of returns what was used of a method's quota, and what that is.
func (s *spend) of(method string) (used *int, quota int) {
	if method == search {
		return &s.day.Searches, s.searches
	}
	return &s.day.Units, s.units
}

// allows reports whether a round may ask a method now. An hour's share may be
// used ahead of time.
func (s *spend) allows(method string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	begin, end := s.today()
	used, quota := s.of(method)
	passed := min(s.now().Sub(begin)+time.Hour, end.Sub(begin))
	share := float64(quota) * tenths / 10 * passed.Seconds() / end.Sub(begin).Seconds()
	return *used < max(int(share), 1)
}

// exhausted notes that a quota is used up, whoever used it, and returns how long
// nothing is to be asked: the comments need not wait for the searches.
func (s *spend) exhausted(method string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, end := s.today()
	used, quota := s.of(method)
	*used = max(*used, quota)
	if method == search {
		return 0
	}
	s.report.Budget(0, end)
	s.blocked = end
	return end.Sub(s.now())
}

// block stops all requests for a while.
func (s *spend) block(wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until := s.now().Add(wait); until.After(s.blocked) {
		s.blocked = until
	}
}

// open returns an error while YouTube wants no request.
func (s *spend) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait := s.blocked.Sub(s.now())
	if wait <= 0 {
		return nil
	}
	return &directdial.Error{Kind: directdial.Temporary, After: wait, Msg: "YouTube wants not to be asked for a while"}
}
