package route

import (
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// dial stores a dial, and when something happens to it by itself next.
func (f *folder) dial(d *directdial.Dial) {
	due := nextDue(d)
	if !due.Equal(d.Due) {
		if !d.Due.IsZero() {
			f.tx.Delete(bClocks, clockKey(d.Due, d.ID))
		}
		if d.Due = due; !due.IsZero() {
			f.tx.Put(bClocks, clockKey(due, d.ID), nil)
		}
	}
	put(f.tx, bDials, d.ID, *d)
}

// clocks starts both clocks of a new holder, or of one who has it back.
func (f *folder) clocks(d *directdial.Dial, e *directdial.Event) {
	d.RemindAccept, d.AcceptBy = e.RemindAccept, e.AcceptBy
	d.RemindAnswer, d.AnswerBy = e.RemindAnswer, e.AnswerBy
	d.Reminded, d.GateEnds = time.Time{}, e.Until
}

// taken stops the first clock. Who takes a dial so late that the reminder of the
// second is due is not reminded at once of what they do just now.
func (f *folder) taken(d *directdial.Dial, e *directdial.Event) {
	d.Reminded, d.GateEnds = time.Time{}, e.Until
	if !d.RemindAnswer.After(f.step.At) {
		d.RemindAnswer = time.Time{}
	}
}

// reminded makes the card tell its holder that a clock is about to end.
func (f *folder) reminded(e *directdial.Event) {
	if d, ok := get[directdial.Dial](f.tx, bDials, e.Dial); ok {
		d.Reminded = f.step.At
		f.show(&d, true)
	}
}

// askAgain has the gate asked again, at once, for all that an expert holds:
// something changed about them.
func (f *folder) askAgain(expert string) {
	for _, d := range withHolder(f.tx, expert) {
		d.GateEnds = f.step.At
		f.dial(&d)
	}
}

// withHolder lists the open dials of an expert, those that stay late with them
// as well.
func withHolder(r index.Reader, expert string) (dials []directdial.Dial) {
	r.Scan(bOpen, "", func(id string, _ []byte) bool {
		if d, ok := get[directdial.Dial](r, bDials, id); ok && d.Holder == expert {
			dials = append(dials, d)
		}
		return true
	})
	return dials
}
