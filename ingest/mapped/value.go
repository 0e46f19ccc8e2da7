package mapped

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
)

const (
	// maxDigits bounds a number that is sent.
	maxDigits = 1000
	// maxMade bounds what the mapping makes of a mention, in bytes: well above
	// what the exchange takes, which says what is wrong in its own words.
	maxMade = 1 << 20
)

// decode reads an element for jq. Numbers keep all their digits: ids are longer
// than a float64 is exact. What is no UTF-8 becomes the replacement character:
// whoever sends it did not write it and cannot correct it.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, invalid("", "is not valid JSON")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, invalid("", "is not valid JSON")
	}
	if longNumber(v) {
		return nil, invalid("", fmt.Sprintf("has a number of more than %d digits", maxDigits))
	}
	return v, nil
}

// longNumber reports whether a number with more than maxDigits stands in a
// value. Some functions of jq take a time that grows with the square of the
// digits, in a single step that nothing stops.
func longNumber(v any) bool {
	switch v := v.(type) {
	case json.Number:
		return len(v) > maxDigits
	case map[string]any:
		for _, value := range v {
			if longNumber(value) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, longNumber)
	}
	return false
}

// room is how many bytes the JSON of a mention may still have; below 0 there
// was not enough.
type room int

// shallow copies a value to the depth that a mention has. What lies deeper is
// nothing of a mention, and could be of any size: a value of jq that holds
// itself forty times takes no memory, and its JSON takes all there is.
func (r *room) shallow(v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		if depth > 0 {
			for name, value := range v {
				if *r -= room(len(name)); *r < 0 {
					break
				}
				out[name] = r.shallow(value, depth-1)
			}
		}
		return out
	case []any:
		return []any{}
	case string:
		*r -= room(len(v))
	case json.Number:
		*r -= room(len(v))
	case *big.Int:
		*r -= room(v.BitLen() / 3) // about its digits
	}
	return v
}
