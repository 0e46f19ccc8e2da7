package classify

import "fmt"

// LineError is what is wrong in one line of a lexicon or of a file of topic
// weights.
type LineError struct {
	File string
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// Position says where the line stands and, without that, what is wrong in it.
func (e *LineError) Position() (file string, line int, err error) { return e.File, e.Line, e.Err }
