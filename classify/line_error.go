package classify

import (
	"errors"
	"fmt"

	"github.com/directdial/directdial"
)

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

// maxFileErrors bounds the errors of one file that are told: a wrong column is one
// mistake, and a file of a million lines must not fill a terminal or a log.
const maxFileErrors = 20

// lineErrors collects what is wrong in one file.
type lineErrors struct {
	file     string
	errs     []error
	more     int // errors beyond maxFileErrors
	lastLine int // of those
}

func (l *lineErrors) add(line int, err error) {
	if len(l.errs) < maxFileErrors {
		l.errs = append(l.errs, &LineError{l.file, line, err})
		return
	}
	l.more++
	l.lastLine = max(l.lastLine, line)
}

// all are the errors, the last of which counts those that are not told.
func (l *lineErrors) all() []error {
	if l.more == 0 {
		return l.errs
	}
	return append(l.errs, &LineError{l.file, l.lastLine, fmt.Errorf("and %d more errors up to here", l.more)})
}

// err joins them, of kind Invalid; nil if there are none.
func (l *lineErrors) err() error {
	if len(l.errs) == 0 {
		return nil
	}
	return &directdial.Error{Kind: directdial.Invalid, Err: errors.Join(l.all()...)}
}
