package feed

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// declaration is the encoding in an XML declaration.
var declaration = regexp.MustCompile(`^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)["']`)

// toUTF8 converts a document to UTF-8 and makes its XML declaration say so.
// Servers and documents both lie about their encoding, so the bytes are asked
// first: what is valid UTF-8 is UTF-8. Otherwise the document is believed, then
// the server, and at last it is windows-1252, or UTF-8 with a few broken bytes.
func toUTF8(body []byte, contentType string) []byte {
	body = decode(body, contentType)
	if at := declaration.FindSubmatchIndex(body); at != nil {
		body = bytes.Join([][]byte{body[:at[2]], []byte("utf-8"), body[at[3]:]}, nil)
	}
	// XML has no place for these two, and the parser would refuse the document.
	return bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\uFFFE"), nil), []byte("\uFFFF"), nil)
}

func decode(body []byte, contentType string) []byte {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		body = body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe")), bytes.HasPrefix(body, []byte("\xfe\xff")):
		return transcode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), body)
	}
	var claims []string
	if m := declaration.FindSubmatch(body[:min(len(body), 1024)]); m != nil {
		claims = append(claims, string(m[1]))
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		claims = append(claims, params["charset"])
	}
	valid := utf8.Valid(body)
	for _, claim := range claims {
		e, name := charset.Lookup(strings.TrimSpace(claim))
		switch {
		case e == nil, name == "utf-8", name == "replacement", strings.HasPrefix(name, "utf-16"):
			// Unknown, not true or dangerous. UTF-16 has a byte order mark.
		case valid && name != "iso-2022-jp": // the one that is all ASCII
		default:
			return transcode(e, body)
		}
	}
	if valid || mostlyUTF8(body) {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return transcode(charmap.Windows1252, body)
}

func transcode(e encoding.Encoding, body []byte) []byte {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return out
}

// mostlyUTF8 reports whether a text has more characters of several bytes than
// bytes that fit into none.
func mostlyUTF8(body []byte) bool {
	balance := 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			balance--
		case size > 1:
			balance++
		}
		body = body[size:]
	}
	return balance > 0
}
