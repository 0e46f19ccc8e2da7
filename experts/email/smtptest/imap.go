package smtptest

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Inbox runs an IMAP server with TLS, on which one user has an empty INBOX, until
// the test ends. It returns the user, whose mail a test appends, the address, and
// what serves and trusts it, as Certificate does.
func Inbox(t testing.TB, name, password string) (user *imapmemserver.User, addr string, server, client *tls.Config) {
	t.Helper()
	server, client = Certificate(t)
	user = imapmemserver.NewUser(name, password)
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(tls.NewListener(l, server)) }()
	t.Cleanup(func() { _ = s.Close() })
	return user, l.Addr().String(), server, client
}
