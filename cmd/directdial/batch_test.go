package main_test

import (
	"strings"
	"testing"
)

func TestOneBrokenMentionOfAThousandIsRejectedAlone(t *testing.T) {
	t.Parallel()
	for name, as := range map[string]struct {
		broken string
		field  string
		reason string
	}{
		"no text":           {`{"id":"broken","text":" "}`, "text", "required"},
		"no id":             {`{"text":"` + textMark + `"}`, "id", "required"},
		"a number as text":  {`{"id":"broken","text":1}`, "text", "must be a string"},
		"a time of no form": {`{"id":"broken","text":"` + textMark + `","created_at":"yesterday"}`, "created_at", "RFC 3339"},
	} {
		for form, lined := range map[string]bool{"array": false, "NDJSON": true} {
			t.Run(name+", "+form, func(t *testing.T) {
				t.Parallel()
				at, _ := newSlack(t, nil)
				d := at.start()
				body, change := encode(several(0, 1000, smalltalk)), ndjson
				if lined {
					body = lines(several(0, 1000, smalltalk))
				} else {
					change = nil
				}
				good := strings.Trim(encode(several(500, 1, smalltalk)), "[]")
				body = strings.Replace(body, good, as.broken, 1)
				r := d.post(body, change)
				if r.Accepted != 999 || len(r.Rejected) != 1 {
					t.Fatalf("%d accepted, %d rejected", r.Accepted, len(r.Rejected))
				}
				if bad := r.Rejected[0]; bad.Index != 500 || bad.Field != as.field || !strings.Contains(bad.Error, as.reason) {
					t.Errorf("%+v", bad)
				}
				if l := d.decided(); l.Mentions != 999 {
					t.Errorf("%d mentions", l.Mentions)
				}
			})
		}
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
