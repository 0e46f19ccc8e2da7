package route

import (
	"time"

	"github.com/directdial/directdial"
)

// Imagine decides a mention as an exchange would that has heard nothing yet.
func Imagine(p Plan, duty Duty, m directdial.Mention, at time.Time) (directdial.Case, directdial.Decision) {
	keys, err := directdial.NewKeyer(make([]byte, directdial.KeySize))
	if err != nil {
		panic(err) // the key has its size
	}
	r := (&Router{keys: keys, duty: duty}).under(p)
	m.AcceptedAt = directdial.Clock(at)
	return r.directory.Load().consider(nothing{}, m.AcceptedAt, r.newSubject(&m))
}

// nothing is the index of an exchange that has heard nothing.
type nothing struct{}

func (nothing) Get(string, string) []byte                      { return nil }
func (nothing) Scan(string, string, func(string, []byte) bool) {}
