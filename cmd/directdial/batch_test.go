package main_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

func TestOneBrokenMentionOfAThousandIsRejectedAlone(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	total := 0
	for name, as := range map[string]struct{ broken, field, reason string }{
		"no text":           {`{"id":"broken","text":" "}`, "text", "required"},
		"no id":             {`{"text":"` + textMark + `"}`, "id", "required"},
		"a number as text":  {`{"id":"broken","text":1}`, "text", "must be a string"},
		"a time of no form": {`{"id":"broken","text":"` + textMark + `","created_at":"yesterday"}`, "created_at", "RFC 3339"},
	} {
		for form, encoded := range map[string]struct {
			of     func([]directdial.Mention) string
			change func(*http.Request)
		}{"array": {encode, nil}, "NDJSON": {lines, ndjson}} {
			t.Run(name+", "+form, func(t *testing.T) {
				list := several(total, 1000, smalltalk)
				good := strings.Trim(encode(list[500:501]), "[]")
				r := d.post(strings.Replace(encoded.of(list), good, as.broken, 1), encoded.change)
				if r.Accepted != 999 || len(r.Rejected) != 1 {
					t.Fatalf("%d accepted, %d rejected", r.Accepted, len(r.Rejected))
				}
				if bad := r.Rejected[0]; bad.Index != 500 || bad.Field != as.field || !strings.Contains(bad.Error, as.reason) {
					t.Errorf("%+v", bad)
				}
				total += 1000
			})
		}
	}
	if l := d.decided(); l.Mentions != total/1000*999 {
		t.Errorf("%d mentions, want %d", l.Mentions, total/1000*999)
	}
}

func TestABrokenLineOfNDJSONIsRejectedAloneAndABrokenArrayAsAWhole(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	r := d.post(lines(several(1, 2, smalltalk))+`{"id":"x","text":`+"\n"+lines(several(3, 2, smalltalk)), ndjson)
	if r.Accepted != 4 || len(r.Rejected) != 1 || r.Rejected[0].Index != 2 {
		t.Errorf("%s", r.body)
	}
	r, err := d.request([]byte(encode(several(5, 2, smalltalk))[:100]), nil)
	if err != nil || r.status != 400 || !strings.Contains(r.header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("%d %s %v", r.status, r.body, err)
	}
	if l := d.decided(); l.Mentions != 4 {
		t.Errorf("%d mentions", l.Mentions)
	}
}

func TestMoreThanAThousandMentionsAndMoreThanAMebibyteAreRefused(t *testing.T) {
	t.Parallel()
	at, _ := newSlack(t, nil)
	d := at.start()
	for name, body := range map[string]string{
		"mentions": encode(several(0, 1001, "a")),
		"bytes":    `{"id":"1","text":"` + strings.Repeat("a", 1<<20) + `"}`,
	} {
		r, err := d.request([]byte(body), nil)
		if err != nil || r.status != 413 {
			t.Errorf("%s: %d %s %v", name, r.status, r.body, err)
		}
	}
	if l := d.decided(); l.Mentions != 0 {
		t.Errorf("%d mentions", l.Mentions)
	}
}
