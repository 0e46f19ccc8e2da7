package directdial

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what the caller can do about an error. Every edge (HTTP, exit
// code, retry loop, Slack) translates it in one table of its own.
type Kind uint8

const (
	Internal  Kind = iota // a fault of ours: log it, exit 1
	Invalid               // the input is wrong: tell the sender which field
	Denied                // not allowed: say so, without saying why
	NotFound              // there is no such thing
	Temporary             // try again, not before After
	Ambiguous             // it may have happened: look before trying again
	Gone                  // it will never work again: stop trying
)

var kindNames = [...]string{"internal", "invalid", "denied", "not found", "temporary", "ambiguous", "gone"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Error is an error that somebody acts on. Its text never holds a secret and
// never the text of a mention.
type Error struct {
	Kind  Kind
	Msg   string        // what happened and, where it helps, what to do
	Field string        // Invalid: which field
	After time.Duration // Temporary: not before
	Err   error         // the cause, if there is one
}

func (e *Error) Error() string {
	var parts []string
	for _, p := range []string{e.Field, e.Msg} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first *Error in err's chain, Internal if
// there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// After returns how long a Temporary error asks to wait, which is what its
// first *Error says; zero if it says nothing, and for every other kind.
func After(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) && e.Kind == Temporary {
		return max(e.After, 0)
	}
	return 0
}

// Errorf makes an *Error of that kind; %w works as in fmt.Errorf.
func Errorf(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}
