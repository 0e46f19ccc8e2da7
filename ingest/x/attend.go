package x

import (
	"time"

	"github.com/directdial/directdial"
)

// absent is how long a source that is only posted to may be away, beside the
// time between two fetches, before that is a gap.
const absent = 3 * time.Minute

// attend notes that the source is there, if it is only posted to; that is what
// ingest.Attend does for one that cannot ask.
func (s *source) attend(st *state) (items []directdial.Item) {
	if len(s.queries) > 0 {
		return nil
	}
	now := directdial.Clock(s.now())
	if !st.Here.IsZero() && now.Sub(st.Here) > s.every*11/10+absent {
		items = append(items, &directdial.Gap{Query: "webhook", From: st.Here, To: now, Cause: "outage", Missing: -1})
	}
	st.Here = now
	return items
}
