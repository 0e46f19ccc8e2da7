package email

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial"
)

// linkLife is how long a link in a mail works. What it leads to says how things
// stand on the day it is opened.
const linkLife = 30 * 24 * time.Hour

// links makes and reads the links of mails: who may answer the card of which
// offer, until when, signed. Whoever has the mail has the link, and nobody else
// can make one.
type links struct {
	base string // address of the pages, with a slash at its end; "" for none
	key  []byte
}

// pass is what a link says.
type pass struct {
	offer, expert string
	until         time.Time
}

// to is the address of the page of a pass.
func (l links) to(p pass) string {
	if l.base == "" || len(l.key) == 0 {
		return ""
	}
	said := p.offer + "." + p.expert + "." + strconv.FormatInt(p.until.Unix(), 36)
	return l.base + said + "." + l.sign(said)
}

func (l links) sign(said string) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte(said))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// read checks a token, the last part of the path of a link. The error has kind
// Denied if we did not make it, and Gone if its time is over.
func (l links) read(token string, now time.Time) (pass, error) {
	said, mac, _ := cutLast(token)
	if len(l.key) == 0 || !hmac.Equal([]byte(mac), []byte(l.sign(said))) {
		return pass{}, directdial.Errorf(directdial.Denied, "this link was not made here")
	}
	rest, until, _ := cutLast(said)
	offer, expert, _ := cutLast(rest)
	seconds, err := strconv.ParseInt(until, 36, 64)
	if err != nil {
		return pass{}, directdial.Errorf(directdial.Denied, "this link cannot be read")
	}
	p := pass{offer: offer, expert: expert, until: time.Unix(seconds, 0)}
	if !now.Before(p.until) {
		return p, directdial.Errorf(directdial.Gone, "this link worked until %s", p.until.UTC().Format("2 January 2006"))
	}
	return p, nil
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}
