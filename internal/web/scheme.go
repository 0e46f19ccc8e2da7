package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// SchemeStandard is the scheme of Standard Webhooks, the only one that signs a
// time.
const SchemeStandard = "standard"

// scheme is a way to sign the raw body of a webhook and nothing else: an
// HMAC-SHA256 in a header, after "sha256=".
type scheme struct {
	header   string
	encoding func([]byte) string
	// id names the header with the id of the delivery, "" if there is none. The
	// signature does not cover it.
	id string
	// object: only a JSON object can be signed. See crc.
	object bool
	// crc: the sender checks by GET that the receiver has the secret.
	crc bool
}

// schemes are those besides the standard one.
var schemes = map[string]scheme{
	"github":    {header: "X-Hub-Signature-256", encoding: hex.EncodeToString, id: "X-GitHub-Delivery"},
	"discourse": {header: "X-Discourse-Event-Signature", encoding: hex.EncodeToString, id: "X-Discourse-Event-Id"},
	"x":         {header: "X-Twitter-Webhooks-Signature", encoding: base64.StdEncoding.EncodeToString, object: true, crc: true},
}

// Schemes lists the names of the schemes, sorted.
func Schemes() []string {
	names := append(slices.Collect(maps.Keys(schemes)), SchemeStandard)
	slices.Sort(names)
	return names
}

// minSecret is the least length of a secret. Discourse asks for as much; what
// is shorter can be guessed from one signed request.
const minSecret = 12

// Verifier checks what one sender signs.
type Verifier struct {
	scheme scheme // zero for the standard one
	keys   []SigningKey
}

// NewVerifier makes a Verifier of a scheme, one of Schemes, and of its secrets,
// one a line: all are valid, so that one can be replaced by another. The first
// is the current one. An error is of kind Invalid and holds no secret.
func NewVerifier(name, secrets string) (*Verifier, error) {
	s, ok := schemes[name]
	if !ok && name != SchemeStandard {
		return nil, directdial.Errorf(directdial.Invalid, "there is no scheme %q to sign a webhook; there are %s", name, strings.Join(Schemes(), ", "))
	}
	v := &Verifier{scheme: s}
	for line := range strings.Lines(secrets) {
		text := strings.TrimSpace(line)
		if text == "" {
			continue
		}
		key, err := SigningKey(text), error(nil)
		if name == SchemeStandard {
			key, err = ParseSigningKey(text)
		} else if len(text) < minSecret {
			err = directdial.Errorf(directdial.Invalid, "the secret of a webhook has at least %d characters, and this one %d", minSecret, len(text))
		}
		if err != nil {
			return nil, err
		}
		v.keys = append(v.keys, key)
	}
	if len(v.keys) == 0 {
		return nil, directdial.Errorf(directdial.Invalid, "a secret is needed, or anybody could post")
	}
	return v, nil
}

// Verify checks the signature of a raw body. The error is ErrSignature. All
// schemes but the standard one sign no time: At is zero then, and who has seen
// a request can send it again at any time (see Replays). Nor do they sign the
// ID, which is "" where the scheme has none.
func (v *Verifier) Verify(h http.Header, body []byte, now time.Time) (Signed, error) {
	if v.scheme.header == "" {
		return Verify(v.keys, h, body, now)
	}
	given, ok := strings.CutPrefix(h.Get(v.scheme.header), "sha256=")
	if !ok || v.scheme.object && !strings.HasPrefix(string(body), "{") {
		return Signed{}, ErrSignature
	}
	for _, key := range v.keys {
		// The text is compared: who decodes first takes two spellings of one
		// signature for two.
		sum := key.bare(body)
		if hmac.Equal([]byte(given), []byte(v.scheme.encoding(sum))) {
			return Signed{ID: v.id(h), Digest: [sha256.Size]byte(sum)}, nil
		}
	}
	return Signed{}, ErrSignature
}

func (v *Verifier) id(h http.Header) string {
	if v.scheme.id == "" {
		return ""
	}
	return h.Get(v.scheme.id)
}

// bare is the HMAC of a body alone.
func (k SigningKey) bare(body []byte) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write(body)
	return mac.Sum(nil)
}

// Handshake answers a request by which the sender asks for a proof that this
// receiver has the secret, if r is one. It reports whether it has answered.
func (v *Verifier) Handshake(w http.ResponseWriter, r *http.Request) bool {
	if !v.scheme.crc || r.Method != http.MethodGet {
		return false
	}
	token := r.URL.Query().Get("crc_token")
	if !isCRC(token) {
		NewProblem(http.StatusBadRequest, "A GET needs a crc_token, of at most 256 letters, digits and +/=._-").Write(w)
		return true
	}
	WriteJSON(w, http.StatusOK, map[string]string{
		"response_token": "sha256=" + v.scheme.encoding(v.keys[0].bare([]byte(token))),
	})
	return true
}

// isCRC reports whether a challenge may be answered. The answer is what a
// signature of the challenge as a body would be, so that whoever asks could
// have any body signed. No challenge therefore can be a JSON object, and no
// body that is signed can be anything else.
func isCRC(token string) bool {
	return token != "" && len(token) <= 256 && strings.Trim(token, crcLetters) == ""
}

const crcLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=._-"
