package x

import (
	"strconv"
	"time"
)

// The id of a post tells when it was made: above the lowest 22 bits stand the
// milliseconds since epoch. So ids are ordered by time, and a time is a place
// in a list.
const (
	timeShift = 22
	epoch     = 1288834974657 // milliseconds since 1970
)

// id is the number of a post or an account; 0 is none. It stands in JSON as a
// string: it exceeds what a number holds there.
type id uint64

// parseID returns 0 for what is no id.
func parseID(s string) id {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0
	}
	return id(n)
}

// idAt is below the ids of all posts made at t or later, and above all earlier
// ones.
func idAt(t time.Time) id {
	ms := t.UnixMilli() - epoch
	if ms <= 0 {
		return 1
	}
	return id(ms)<<timeShift - 1
}

// String is the id as X writes it, "" for none.
func (i id) String() string {
	if i == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(i), 10)
}

// time is when a post of that id was made.
func (i id) time() time.Time { return time.UnixMilli(int64(i>>timeShift) + epoch).UTC() }

// UnmarshalJSON takes a string of digits. What is none is no id: a strange
// field must not cost the page on which it stands.
func (i *id) UnmarshalJSON(data []byte) error {
	*i = 0
	if n := len(data); n > 2 && data[0] == '"' {
		*i = parseID(string(data[1 : n-1]))
	}
	return nil
}

// MarshalJSON writes the id as a string.
func (i id) MarshalJSON() ([]byte, error) { return []byte(`"` + i.String() + `"`), nil }
