package web

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The vector of the specification.
const (
	vectorSecret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorID        = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	vectorTime      = 1614265330
	vectorBody      = `{"test": 2432232314}`
	vectorSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func key(t *testing.T, secret string) SigningKey {
	t.Helper()
	k, err := ParseSigningKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func signed(prefix, id, timestamp, signature string) http.Header {
	h := http.Header{}
	h.Set(prefix+"-id", id)
	h.Set(prefix+"-timestamp", timestamp)
	h.Set(prefix+"-signature", signature)
	return h
}

func TestSignatureOfTheSpecification(t *testing.T) {
	k, at := key(t, vectorSecret), time.Unix(vectorTime, 0)
	if got := k.Sign(vectorID, at, []byte(vectorBody)); got != vectorSignature {
		t.Errorf("signed %s", got)
	}
	for _, prefix := range []string{"webhook", "svix"} {
		s, err := Verify([]SigningKey{k}, signed(prefix, vectorID, strconv.Itoa(vectorTime), vectorSignature), []byte(vectorBody), at)
		if err != nil || s.ID != vectorID || !s.At.Equal(at) {
			t.Errorf("%s: %+v, %v", prefix, s, err)
		}
	}
}

func TestSignaturesOfTheLibraryHold(t *testing.T) {
	now := time.Now()
	lib, err := standardwebhooks.NewWebhook(vectorSecret)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := lib.Sign("msg_1", now, []byte("body"))
	if err != nil {
		t.Fatal(err)
	}
	h := signed("webhook", "msg_1", strconv.FormatInt(now.Unix(), 10), signature)
	if _, err := Verify([]SigningKey{key(t, vectorSecret)}, h, []byte("body"), now); err != nil {
		t.Error(err)
	}
}

func TestForgedSignaturesDoNotHold(t *testing.T) {
	k, at := key(t, vectorSecret), time.Unix(vectorTime, 0)
	stamp := strconv.Itoa(vectorTime)
	mac := strings.TrimPrefix(vectorSignature, "v1,")
	for name, c := range map[string]struct {
		header http.Header
		body   string
		off    time.Duration
	}{
		"another body":           {header: signed("webhook", vectorID, stamp, vectorSignature), body: `{"test":2432232314}`},
		"another id":             {header: signed("webhook", "msg_2", stamp, vectorSignature)},
		"another time":           {header: signed("webhook", vectorID, strconv.Itoa(vectorTime+1), vectorSignature)},
		"too old":                {header: signed("webhook", vectorID, stamp, vectorSignature), off: 5*time.Minute + time.Second},
		"too new":                {header: signed("webhook", vectorID, stamp, vectorSignature), off: -5*time.Minute - time.Second},
		"no version":             {header: signed("webhook", vectorID, stamp, mac)},
		"another version":        {header: signed("webhook", vectorID, stamp, "v2,"+mac)},
		"an asymmetric one":      {header: signed("webhook", vectorID, stamp, "v1a,"+mac)},
		"cut":                    {header: signed("webhook", vectorID, stamp, vectorSignature[:len(vectorSignature)-4])},
		"empty":                  {header: signed("webhook", vectorID, stamp, "v1,")},
		"no base64":              {header: signed("webhook", vectorID, stamp, "v1,***")},
		"loose base64":           {header: signed("webhook", vectorID, stamp, strings.Replace(vectorSignature, "E=", "F=", 1))},
		"no signature":           {header: signed("webhook", vectorID, stamp, "")},
		"no time":                {header: signed("webhook", vectorID, "", vectorSignature)},
		"a time that is no time": {header: signed("webhook", vectorID, "9223372036854775808", vectorSignature)},
		"a time that overflows":  {header: signed("webhook", vectorID, "-9223372036854775808", vectorSignature)},
		"the end of time":        {header: signed("webhook", vectorID, "9223372036854775807", vectorSignature)},
		"no id":                  {header: signed("webhook", "", stamp, vectorSignature)},
		"a dot in the id":        {header: signed("webhook", "msg.1", stamp, vectorSignature)},
		"half of each spelling":  {header: http.Header{"Webhook-Id": {vectorID}, "Svix-Timestamp": {stamp}, "Svix-Signature": {vectorSignature}}},
		"nothing":                {header: http.Header{}},
		"not among the first":    {header: signed("webhook", vectorID, stamp, strings.Repeat("v1,AAAA ", 8)+vectorSignature)},
	} {
		t.Run(name, func(t *testing.T) {
			body := c.body
			if body == "" {
				body = vectorBody
			}
			if _, err := Verify([]SigningKey{k}, c.header, []byte(body), at.Add(c.off)); !errors.Is(err, ErrSignature) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestKeysRotate(t *testing.T) {
	at := time.Unix(vectorTime, 0)
	former, current := key(t, vectorSecret), key(t, base64.StdEncoding.EncodeToString(make([]byte, 32)))
	both := current.Sign("id", at, nil) + " v1a,AAAA " + former.Sign("id", at, nil)
	for name, c := range map[string]struct {
		keys      []SigningKey
		signature string
		ok        bool
	}{
		"the sender rotates first":   {[]SigningKey{former}, both, true},
		"the receiver rotates first": {[]SigningKey{current, former}, former.Sign("id", at, nil), true},
		"the rotation is over":       {[]SigningKey{current}, former.Sign("id", at, nil), false},
		"there is no key":            {nil, both, false},
	} {
		h := signed("webhook", "id", strconv.Itoa(vectorTime), c.signature)
		if _, err := Verify(c.keys, h, nil, at.Add(Tolerance)); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSigningSecretsAreReadStrictly(t *testing.T) {
	for _, bad := range []string{"", "whsec_", "whsec_!!!", "whsec_AAAA", "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65)), "v1"} {
		if _, err := ParseSigningKey(bad); err == nil || (bad != "" && strings.Contains(err.Error(), bad)) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(vectorID, strconv.Itoa(vectorTime), vectorSignature, []byte(vectorBody))
	k, err := ParseSigningKey(vectorSecret)
	if err != nil {
		f.Fatal(err)
	}
	at := time.Unix(vectorTime, 0)
	f.Fuzz(func(t *testing.T, id, timestamp, signature string, body []byte) {
		s, err := Verify([]SigningKey{k}, signed("webhook", id, timestamp, signature), body, at)
		if err == nil && !strings.Contains(signature, k.Sign(s.ID, s.At, body)) {
			t.Errorf("held: %q %q %q %q", id, timestamp, signature, body)
		}
	})
}
