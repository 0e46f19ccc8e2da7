package email

import (
	"fmt"
	"strings"
	"testing"

	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/channeltest"
)

func TestSample(t *testing.T) {
	channeltest.Sample(t, "email", New, map[string]string{
		"SMTP_URL": "smtp://user:pass@mail.example:587", "IMAP_URL": "imaps://user:pass@mail.example/INBOX",
	})
}

func TestSettings(t *testing.T) {
	for _, tt := range []struct{ smtp, from, want string }{
		{"smtp://127.0.0.1:25", "dial@acme.example", ""},
		{"smtp://u:p@mail.example", "Direct Dial <dial@acme.example>", ""},
		{"smtps://u:p@mail.example", "dial@acme.example", ""},
		{"", "dial@acme.example", "smtp: is required"},
		{"smtp://127.0.0.1", "", "from: is required"},
		{"mail.example:587", "dial@acme.example", "smtp: must begin with smtp:// or smtps://"},
		{"http://mail.example", "dial@acme.example", "smtp: must begin with"},
		{"smtp://", "dial@acme.example", "smtp: must name a host"},
		{"smtp://mail.example:99999", "dial@acme.example", "smtp: must name a host and, if any, a port"},
		{"smtp://u:" + password + "@mail.example", "dial@acme.example", "smtp: is no URL"},
		{"smtp://u:pa/ss@mail.example", "dial@acme.example", "smtp: "},
		{"smtp://u@mail.example", "dial@acme.example", "smtp: must have both user and password"},
		{"smtp://mail.example/path", "dial@acme.example", "smtp: must end after host and port"},
		{"smtp://mail.example", "dial", "from: is no address"},
		{"smtp://mail.example", "dial@acme.example\nBcc: x@y.example", "from: is no address"},
		{"smtp://mail.example", "a@b.example, c@d.example", "from: is no address"},
	} {
		setup, _ := channeltest.Setup(fmt.Sprintf("smtp: %q\nfrom: %q", tt.smtp, tt.from))
		_, err := New(setup)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.smtp, err)
		case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)):
			t.Errorf("%s, %s: got %v, want %s", tt.smtp, tt.from, err, tt.want)
		case err != nil && (strings.Contains(err.Error(), password) || strings.Contains(err.Error(), "pa/ss")):
			t.Errorf("the password stands in %v", err)
		}
	}
	setup, _ := channeltest.Setup("smtp: smtp://127.0.0.1\nfrom: dial@acme.example\nambiguous: repeat\npace: off\nrate: 5/s")
	c, err := New(setup)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(c.(experts.Limited).Limits()), "{off 5/s repeat}"; got != want {
		t.Errorf("limits %s, want %s", got, want)
	}
	if name := c.(*channel).from.Name; name != "Acme" {
		t.Errorf("a sender without a name is called %q, not like the brand", name)
	}
}
