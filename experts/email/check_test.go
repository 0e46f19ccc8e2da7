package email

import (
	"strings"
	"testing"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/email/smtptest"
)

func TestCheckLogsInAndSendsNothing(t *testing.T) {
	far := open(t)
	bad := directdial.Expert{ID: "bo", Addresses: map[string]string{"email": "nowhere"}}
	found := far.Channel.(experts.Checker).Check(t.Context(), []directdial.Expert{ana, bad})
	if len(found) != 3 || found[0].Health != directdial.Well || found[1].Health != directdial.Well || found[2].Health != directdial.Failing {
		t.Errorf("found %+v", found)
	}
	if mails := servers[far.Channel].Mails(); len(mails) != 0 {
		t.Errorf("%d mails were sent", len(mails))
	}
}

func TestCheckSaysWhyTheServerDoesNotLetUsIn(t *testing.T) {
	server, client := smtptest.Certificate(t)
	for name, w := range map[string]struct {
		options smtptest.Options
		login   string
		trust   bool
		says    string
		remedy  string
	}{
		"password":    {smtptest.Options{TLS: server, User: "dial@acme.example", Password: "another"}, "dial%40acme.example:s3cret@", true, "refuses user or password", "user and password"},
		"certificate": {smtptest.Options{TLS: server, User: "dial@acme.example", Password: "s3cret"}, "dial%40acme.example:s3cret@", false, "certificate", "trusts"},
		"no TLS":      {smtptest.Options{User: "dial@acme.example", Password: "s3cret", Insecure: true}, "dial%40acme.example:s3cret@", true, "STARTTLS", "smtps://"},
	} {
		t.Run(name, func(t *testing.T) {
			s := smtptest.Start(t, w.options)
			trusted := client
			if !w.trust {
				trusted = nil
			}
			far := dialling(t, s, "smtp://"+w.login+s.Addr, trusted)
			found := far.Channel.(experts.Checker).Check(t.Context(), nil)
			if len(found) != 1 || found[0].Health != directdial.Failing || !strings.Contains(found[0].Says, w.says) || !strings.Contains(found[0].Remedy, w.remedy) {
				t.Errorf("found %+v", found)
			}
			if strings.Contains(found[0].Says, "s3cret") {
				t.Error("the password is told")
			}
		})
	}
}
