package directdial

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// Keyer turns what identifies people and posts into keyed hashes: what stands
// in DIALS, in ACTIONS and in the index instead of ids, handles and text. The
// key is made once a data directory and belongs in its backups; with another
// key nothing is recognised again.
type Keyer struct{ secret []byte }

// KeySize is the size of the secret in bytes.
const KeySize = 32

// NewKeyer makes a Keyer of a secret of KeySize bytes.
func NewKeyer(secret []byte) (*Keyer, error) {
	if len(secret) != KeySize {
		return nil, Errorf(Invalid, "the key has %d bytes, want %d", len(secret), KeySize)
	}
	return &Keyer{append([]byte(nil), secret...)}, nil
}

// Key is a keyed hash: the first 16 bytes of an HMAC-SHA256 in hex.
type Key string

// Valid reports whether k has the form of a key.
func (k Key) Valid() bool {
	for i := range len(k) {
		if c := k[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(k) == 2*keySize
}

// keySize is the size of a key in bytes, before it is written in hex.
const keySize = 16

// Mention is the identity of a post, (platform, id); also of a post that is
// only pointed to (thread, in reply to).
func (k *Keyer) Mention(platform, id string) Key { return k.sum("mention", platform, id) }

// Author is the identity of an author, "" for one that is not known.
func (k *Keyer) Author(platform, identity string) Key {
	if identity == "" {
		return ""
	}
	return k.sum("author", platform, identity)
}

// Group tells posts that say the same, in the way of kind ("text", "link"), from
// others, without telling what they say.
func (k *Keyer) Group(kind, value string) Key { return k.sum("group", kind, value) }

// Fingerprint tells two keys apart without telling either.
func (k *Keyer) Fingerprint() string { return string(k.sum("fingerprint")) }

// Text tells two texts apart without telling what they say.
func (k *Keyer) Text(text string) Key { return k.sum("text", text) }

// Secret is a key of KeySize bytes for another purpose, which tells nothing of
// this one.
func (k *Keyer) Secret(purpose string) []byte {
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte("secret " + purpose))
	return mac.Sum(nil)
}

func (k *Keyer) sum(parts ...string) Key {
	mac := hmac.New(sha256.New, k.secret)
	for _, p := range parts {
		// The length in front keeps ("a", "bc") and ("ab", "c") apart.
		mac.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return Key(hex.EncodeToString(mac.Sum(nil)[:keySize]))
}

// DialID names the dial that a mention opens: "d" and sixteen hex digits of its
// key. Derived, so that deciding twice cannot make two.
func DialID(mention Key) string { return "d" + string(mention[:16]) }

// OfferID names one hop of a dial.
func OfferID(dial string, hop int) string { return dial + "-" + strconv.Itoa(hop) }

// DialOf returns the dial of an offer.
func DialOf(offer string) string {
	if i := strings.LastIndexByte(offer, '-'); i > 0 {
		return offer[:i]
	}
	return offer
}

func itoa(n int) string { return strconv.Itoa(n) }

func quoteShort(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return strconv.QuoteToASCII(s)
}
