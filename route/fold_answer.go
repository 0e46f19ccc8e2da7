package route

import (
	"time"

	"github.com/directdial/directdial"
)

// listen notes when a dial was answered, as a source saw or else now, and waits
// for what its author says.
func (f *folder) listen(d *directdial.Dial, since time.Time) {
	d.Answered, d.Outcome = since, ""
	if since.IsZero() {
		d.Answered = f.step.At
	}
	f.tx.Put(bAnswered, answeredKey(d), nil)
}

// heardOf ends the wait.
func (f *folder) heardOf(d *directdial.Dial) {
	if !d.Answered.IsZero() {
		f.tx.Delete(bAnswered, answeredKey(d))
	}
}

func answeredKey(d *directdial.Dial) string {
	return timerKey(d.Answered.Add(directdial.SilentAfter), 0, directdial.Key(d.ID))
}

// outcome keeps what became of an answer; what is said later counts.
func (f *folder) outcome(e *directdial.Event) {
	d, ok := get[directdial.Dial](f.tx, bDials, e.Dial)
	if !ok {
		return
	}
	f.heardOf(&d)
	d.Outcome = e.Reason
	f.show(&d, false)
	add(f.tx, "outcome/"+string(e.Reason), 1)
}
