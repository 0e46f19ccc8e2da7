package mapped

import (
	"bytes"
	"encoding/json"
	"io"
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
	return v, nil
}

// shallow copies a value to the depth that a mention has. What lies deeper is
// nothing of a mention, and could be of any size: a value of jq that holds
// itself forty times takes no memory, and its JSON takes all there is.
func shallow(v any, depth int) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		if depth > 0 {
			for name, value := range v {
				out[name] = shallow(value, depth-1)
			}
		}
		return out
	case []any:
		return []any{}
	}
	return v
}
