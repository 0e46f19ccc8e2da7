package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/directdial/directdial/internal/secret"
)

// hidden are the values of secrets and of variables, which no message may tell.
// Messages are made of what is written in the file, but a name can come from a
// variable, and the words of an adapter or of a library can hold anything.
type hidden struct{ values []string }

func (h *hidden) add(values ...string) {
	for _, v := range values {
		// A shorter one would black out words of the message.
		if len(v) >= 4 && !slices.Contains(h.values, v) {
			h.values = append(h.values, v)
		}
	}
}

// redact blacks out the values in a text, as they are and as %q writes them.
func (h *hidden) redact(s string) string {
	for _, v := range h.values {
		s = strings.ReplaceAll(s, v, secret.Redacted)
		s = strings.ReplaceAll(s, strings.Trim(strconv.Quote(v), `"`), secret.Redacted)
	}
	return s
}
