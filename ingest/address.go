package ingest

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/directdial/directdial"
)

// Address reads the address of a platform from a setting: an absolute http or https
// URL without user and query. A slash at its end is no part of it. An error is of
// kind Invalid, of the field; example says how one looks. It does not show what was
// given, which may hold a credential.
func Address(field, given, example string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(given, "/"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" {
		return nil, &directdial.Error{Kind: directdial.Invalid, Field: field, Msg: fmt.Sprintf("must be an http or https address without user and query, as %q", example)}
	}
	return u, nil
}
