// Package smtptest is a mail server for tests: it takes mail by SMTP, as a real
// one does, keeps it, and on request refuses, falls silent or cuts the
// connection at any point of the conversation.
//
//	server := smtptest.Start(t, smtptest.Options{})
//	server.Next(smtptest.Rcpt, smtptest.Answer{Code: 451, Text: "greylisted, come back later"})
//	… send to "smtp://" + server.Addr …
//	mails := server.Mails()
package smtptest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Stage is a point of the conversation.
type Stage string

// The stages at which a server can answer something else than yes.
const (
	Greeting Stage = "greeting"
	Auth     Stage = "AUTH"
	From     Stage = "MAIL FROM"
	Rcpt     Stage = "RCPT TO"
	End      Stage = "end of text"
)

// Answer is what happens at a stage once.
type Answer struct {
	// Code is the status code; 0: none, see Cut and Hang.
	Code     int
	Enhanced [3]int // zero: the class of the code and nothing more
	Text     string
	// Cut closes the connection instead of an answer. At the end of the text
	// Keep says whether the mail was taken all the same.
	Cut, Keep bool
	// Hang answers nothing until the server is closed.
	Hang bool
}

// Options are how the server is set up.
type Options struct {
	TLS      *tls.Config // offers STARTTLS, or is TLS from the start with Implicit
	Implicit bool
	User     string // asks for user and password, if set; only in TLS
	Password string
	// Insecure offers AUTH without TLS.
	Insecure bool
}

// Mail is one that was taken.
type Mail struct {
	From string
	To   []string
	Data []byte // as it came, dots removed
	UTF8 bool   // SMTPUTF8 was asked for
}

// Server is a running server.
type Server struct {
	Addr string // host:port

	options Options
	closed  chan struct{}

	mu      sync.Mutex
	mails   []Mail
	answers map[Stage][]Answer
	tries   int
}

// Start runs a server on a port of the loopback interface until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: l.Addr().String(), options: o, closed: make(chan struct{}), answers: map[Stage][]Answer{}}
	smtpd := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{s: s, c: c}, nil
	}))
	smtpd.Domain, smtpd.AllowInsecureAuth, smtpd.EnableSMTPUTF8 = "mail.example", o.Insecure, true
	smtpd.ErrorLog = silent{}
	var listener net.Listener = greeter{l, s}
	if o.Implicit {
		listener = tls.NewListener(listener, o.TLS)
	} else {
		smtpd.TLSConfig = o.TLS
	}
	var running sync.WaitGroup
	running.Go(func() { _ = smtpd.Serve(listener) })
	t.Cleanup(func() {
		close(s.closed)
		l.Close() // Serve may not have begun, and then Close would not know of it
		_ = smtpd.Close()
		running.Wait()
	})
	return s
}

// silent is for the errors of connections that this server cuts itself.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// Next lets the server answer so the next time a conversation gets to that
// stage; further calls queue up. Afterwards it says yes again.
func (s *Server) Next(at Stage, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[at] = append(s.answers[at], answers...)
}

// Mails returns what was taken, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

// Connections counts the connections so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tries
}

// take returns the answer that is next at a stage.
func (s *Server) take(at Stage) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers[at]) == 0 {
		return Answer{}, false
	}
	a := s.answers[at][0]
	s.answers[at] = s.answers[at][1:]
	return a, true
}

// play does what is next at a stage. The error is what go-smtp answers with.
func (s *Server) play(at Stage, conn net.Conn) error {
	a, ok := s.take(at)
	switch {
	case !ok:
		return nil
	case a.Hang:
		<-s.closed
		conn.Close()
	case a.Cut:
		conn.Close()
	case a.Code != 0:
		e := &smtp.SMTPError{Code: a.Code, EnhancedCode: a.Enhanced, Message: a.Text}
		if a.Enhanced == [3]int{} {
			e.EnhancedCode = smtp.NoEnhancedCode
		}
		return e
	}
	return errCut
}

var errCut = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.NoEnhancedCode, Message: "the connection was cut"}

// session is one conversation.
type session struct {
	s    *Server
	c    *smtp.Conn
	mail Mail
	in   bool // authenticated
}

var _ smtp.AuthSession = (*session)(nil)

func (n *session) Reset()        { n.mail = Mail{} }
func (n *session) Logout() error { return nil }

func (n *session) AuthMechanisms() []string {
	if n.s.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (n *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := n.s.play(Auth, n.c.Conn()); err != nil {
			return err
		}
		if user != n.s.options.User || password != n.s.options.Password {
			// Some servers repeat what they were given.
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: fmt.Sprintf("no %s/%s here", user, password)}
		}
		n.in = true
		return nil
	}), nil
}

func (n *session) Mail(from string, o *smtp.MailOptions) error {
	if n.s.options.User != "" && !n.in {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"}
	}
	n.mail.From, n.mail.UTF8 = from, o != nil && o.UTF8
	return n.s.play(From, n.c.Conn())
}

func (n *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	n.mail.To = append(n.mail.To, to)
	return n.s.play(Rcpt, n.c.Conn())
}

func (n *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	n.mail.Data = data
	n.s.mu.Lock()
	next := n.s.answers[End]
	if len(next) == 0 || next[0].Keep {
		n.s.mails = append(n.s.mails, n.mail)
	}
	n.s.mu.Unlock()
	return n.s.play(End, n.c.Conn())
}

// greeter is a listener whose connections may be turned away before the server
// sees them.
type greeter struct {
	net.Listener
	s *Server
}

func (g greeter) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g.s.mu.Lock()
		g.s.tries++
		g.s.mu.Unlock()
		a, ok := g.s.take(Greeting)
		if !ok {
			return c, nil
		}
		go func() {
			defer c.Close()
			if a.Code != 0 {
				fmt.Fprintf(c, "%d %s\r\n", a.Code, a.Text)
			}
			if a.Hang {
				<-g.s.closed
			}
		}()
	}
}
