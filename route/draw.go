package route

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// lot decides which mentions of a week are drawn: those with the smallest. It
// depends on the keyed hash alone, so it is random and always the same.
func lot(key directdial.Key) [sha256.Size]byte { return sha256.Sum256([]byte("sample " + key)) }

// byLot orders mentions as they are drawn.
func byLot(a, b directdial.Key) int {
	x, y := lot(a), lot(b)
	return bytes.Compare(x[:], y[:])
}

// drawing is a sample while it is drawn. The writer does it, and would stand
// still for a second at 200,000 mentions: so it reads one part of them a turn, and
// looks into no mention whose lot is too large to be drawn.
type drawing struct {
	until time.Time // the Monday behind the week that is drawn from
	parts int       // that are read
	drawn []ticket  // up to MissedSample of what was read, the smallest lot first
}

type ticket struct {
	key directdial.Key
	lot [sha256.Size]byte
}

// drawParts is how many parts the mentions are read in: those whose keys begin
// with the same two digits are one.
const drawParts = 256

// under reports whether a draw has begun and is not done.
func (d *drawing) under() bool { return d.parts > 0 }

// draw reads the next part for the sample of the week before a Monday, and
// reports whether it was the last.
func (d *drawing) draw(v index.Reader, until time.Time) (done bool) {
	if !d.until.Equal(until) {
		*d = drawing{until: until}
	}
	v.Scan(bMentions, fmt.Sprintf("%02x", d.parts), func(key string, data []byte) bool {
		t := ticket{key: directdial.Key(key)}
		t.lot = lot(t.key)
		i, _ := slices.BinarySearchFunc(d.drawn, t, func(a, b ticket) int {
			return cmp.Or(bytes.Compare(a.lot[:], b.lot[:]), cmp.Compare(a.key, b.key))
		})
		if i == directdial.MissedSample {
			return true
		}
		var rec directdial.MentionRecord
		if json.Unmarshal(data, &rec) == nil && mayBeMissed(&rec) && monday(rec.Decided).Equal(until.Add(-week)) {
			d.drawn = slices.Insert(d.drawn, i, t)
			d.drawn = d.drawn[:min(len(d.drawn), directdial.MissedSample)]
		}
		return true
	})
	d.parts++
	return d.parts == drawParts
}

// take ends a draw, and returns what was drawn.
func (d *drawing) take() (keys []directdial.Key) {
	for _, t := range d.drawn {
		keys = append(keys, t.key)
	}
	*d = drawing{}
	return keys
}
