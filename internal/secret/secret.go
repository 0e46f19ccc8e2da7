// Package secret holds the type of tokens, passwords and keys.
//
// It stands apart from internal/config so that an adapter can name the type in
// the struct it decodes without importing the configuration.
//
//	type options struct {
//		// Token of the application.
//		Token secret.Value `yaml:"token" jsonschema:"required"`
//	}
//
// A field of this type takes its value from the key itself or from a file
// named under the key with _file added (token_file: /run/secrets/token).
package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
)

// Redacted is what stands for a secret wherever it is printed.
const Redacted = "[redacted]"

// Value is a secret. Only Reveal gives its text; every way of printing or
// encoding it gives Redacted, or nothing for an empty one. The zero Value is
// empty.
type Value struct {
	// A pointer, because fmt prints an unexported field of another struct
	// without asking its methods: then an address is all it finds.
	text *string
}

// New makes a Value of a text.
func New(text string) Value {
	if text == "" {
		return Value{}
	}
	return Value{text: &text}
}

// Reveal returns the text. Call it where the secret is used, and keep no copy.
func (v Value) Reveal() string {
	if v.text == nil {
		return ""
	}
	return *v.text
}

// IsZero reports whether there is no secret.
func (v Value) IsZero() bool { return v.text == nil }

// Equal reports whether both hold the same text, in a time that does not tell
// how much of it is equal.
func (v Value) Equal(w Value) bool {
	return subtle.ConstantTimeCompare([]byte(v.Reveal()), []byte(w.Reveal())) == 1
}

// String returns Redacted, "" for an empty one.
func (v Value) String() string {
	if v.IsZero() {
		return ""
	}
	return Redacted
}

// GoString is String, for %#v.
func (v Value) GoString() string { return v.String() }

// Format prints String whatever the verb: fmt asks a Stringer for some verbs
// only and takes the rest from the fields.
func (v Value) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, v.String()) }

// MarshalText gives String: encoding/json, zerolog and the YAML encoder ask it.
func (v Value) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText takes the text of a secret.
func (v *Value) UnmarshalText(text []byte) error {
	*v = New(string(text))
	return nil
}
