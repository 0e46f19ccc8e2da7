package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// Tolerance is how far the clock of a signature may be off, both ways.
const Tolerance = 5 * time.Minute

// SigningKey is the shared secret of Standard Webhooks
// (github.com/standard-webhooks/standard-webhooks, symmetric scheme v1).
// The library of that project has its clock built in and splits a signature at
// each comma, so these few lines are our own.
type SigningKey []byte

// ParseSigningKey reads "whsec_" and base64 of 24 to 64 bytes. Its errors do
// not hold the secret.
func ParseSigningKey(secret string) (SigningKey, error) {
	key, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return nil, directdial.Errorf(directdial.Invalid, `a signing secret is "whsec_" and base64`)
	}
	if len(key) < 24 || len(key) > 64 {
		return nil, directdial.Errorf(directdial.Invalid, "a signing secret has 24 to 64 bytes before base64, and this one %d", len(key))
	}
	return key, nil
}

// Sign returns the value of the header webhook-signature.
func (k SigningKey) Sign(id string, at time.Time, body []byte) string {
	return "v1," + base64.StdEncoding.EncodeToString(k.sum(id, strconv.FormatInt(at.Unix(), 10), body))
}

func (k SigningKey) sum(id, timestamp string, body []byte) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

// ErrSignature is the answer to every signature that does not hold: the sender
// of a forged one is not told how far they came.
var ErrSignature = errors.New("the signature does not hold")

// Signed is what a signature that holds says.
type Signed struct {
	ID string // of the message, the same over all its attempts
	At time.Time
	// Digest stands for this one attempt: a request with the same digest is
	// the same request again.
	Digest [sha256.Size]byte
}

// HasSignature reports whether a request claims to be signed.
func HasSignature(h http.Header) bool { return h.Get(signatureHeader(h, "id")) != "" }

// Verify checks the headers webhook-id, -timestamp and -signature (or svix-…)
// against each key: several are a rotation. The error is ErrSignature.
func Verify(keys []SigningKey, h http.Header, body []byte, now time.Time) (Signed, error) {
	id, timestamp := h.Get(signatureHeader(h, "id")), h.Get(signatureHeader(h, "timestamp"))
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || id == "" || strings.Contains(id, ".") {
		return Signed{}, ErrSignature
	}
	// In seconds, as a Duration overflows for a timestamp of the year 9999.
	if off := now.Unix() - seconds; off > int64(Tolerance/time.Second) || off < -int64(Tolerance/time.Second) {
		return Signed{}, ErrSignature
	}
	var given [][]byte
	for _, s := range strings.Fields(h.Get(signatureHeader(h, "signature"))) {
		if encoded, ok := strings.CutPrefix(s, "v1,"); ok && len(given) < 8 {
			if mac, err := base64.StdEncoding.Strict().DecodeString(encoded); err == nil {
				given = append(given, mac)
			}
		}
	}
	for _, key := range keys {
		sum := key.sum(id, timestamp, body)
		for _, mac := range given {
			if hmac.Equal(mac, sum) {
				return Signed{ID: id, At: time.Unix(seconds, 0), Digest: [sha256.Size]byte(sum)}, nil
			}
		}
	}
	return Signed{}, ErrSignature
}

// signatureHeader names a header of the scheme as the sender spells it.
func signatureHeader(h http.Header, name string) string {
	if h.Get("webhook-id") == "" && h.Get("svix-id") != "" {
		return "svix-" + name
	}
	return "webhook-" + name
}
