package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// Token stands for a bearer token. It is a hash, so that comparing takes the
// same time whatever the lengths and however much agrees.
type Token [sha256.Size]byte

// NewToken makes the Token of a secret.
func NewToken(secret string) Token { return sha256.Sum256([]byte(secret)) }

// Equal compares in constant time.
func (t Token) Equal(other Token) bool { return subtle.ConstantTimeCompare(t[:], other[:]) == 1 }

// Bearer returns the token of the header Authorization, ok false if it has
// none.
func Bearer(h http.Header) (t Token, ok bool) {
	scheme, token, found := strings.Cut(h.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !found || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Token{}, false
	}
	return NewToken(token), true
}
