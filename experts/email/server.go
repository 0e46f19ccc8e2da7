package email

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rs/zerolog"
	"github.com/wneessen/go-mail"

	"github.com/directdial/directdial"
)

// server is where mail is handed in.
type server struct {
	host, port     string
	user, password string
	implicitTLS    bool          // smtps
	roots          *tls.Config   // base of the TLS settings; nil: the machine's
	timeout        time.Duration // of connecting and greeting, and again of the mail
}

// stageTimeout bounds each of the two halves of a send. Servers that look into
// a mail before they answer take seconds.
const stageTimeout = 20 * time.Second

// parseServer reads the URL. Errors never repeat it: it holds a password.
func parseServer(raw string) (server, error) {
	const forms = "smtp://user:password@mail.example:587 or smtps://…:465"
	invalid := func(msg string) (server, error) {
		return server{}, &directdial.Error{Kind: directdial.Invalid, Field: "smtp", Msg: msg}
	}
	if raw == "" {
		return invalid("is required: " + forms)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return invalid("is no URL such as " + forms + " (in user and password, write @ as %40, : as %3A, / as %2F, # as %23 and % as %25)")
	}
	s := server{host: u.Hostname(), port: u.Port(), timeout: stageTimeout}
	switch u.Scheme {
	case "smtp":
		s.port = orElse(s.port, "587")
	case "smtps":
		s.port, s.implicitTLS = orElse(s.port, "465"), true
	default:
		return invalid("must begin with smtp:// or smtps://: " + forms)
	}
	if n, err := strconv.Atoi(s.port); s.host == "" || err != nil || n < 1 || n > 65535 {
		return invalid("must name a host and, if any, a port from 1 to 65535: " + forms)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return invalid("must end after host and port: " + forms + " (in user and password, write / as %2F, # as %23 and ? as %3F)")
	}
	s.user = u.User.Username()
	s.password, _ = u.User.Password()
	if (s.user == "") != (s.password == "") {
		return invalid("must have both user and password, or neither")
	}
	return s, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// send hands one mail in, on a connection of its own: a mail a minute and
// colleague is not worth keeping one open. It returns soon after ctx ends.
func (s *server) send(ctx context.Context, msg *mail.Msg, log zerolog.Logger) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return s.unconnected(err)
	}
	defer conn.Close()
	// go-mail looks at the context while it connects, not later.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client, err := s.client(conn, international(msg))
	if err != nil {
		return directdial.Errorf(directdial.Internal, "mail client: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.unconnected(err)
	}
	if err := client.SendWithSMTPClient(session, msg); err != nil && !msg.IsDelivered() {
		// No QUIT: after an error in the middle of the text it would end the
		// text, and the server would take half a mail.
		return s.refused(err, sender(msg), log)
	}
	_ = client.CloseWithSMTPClient(session) // the mail is delivered, whatever becomes of the goodbye
	return nil
}

func (s *server) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil || !s.implicitTLS {
		return conn, err
	}
	secure := tls.Client(conn, s.tls())
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

func (s *server) tls() *tls.Config {
	c := &tls.Config{}
	if s.roots != nil {
		c = s.roots.Clone()
	}
	c.ServerName, c.MinVersion = s.host, tls.VersionTLS12
	return c
}

// sender is who the server is told that a mail is from.
func sender(msg *mail.Msg) string {
	from, _ := msg.GetSender(false)
	return strings.Trim(from, "<>")
}

// international reports whether an address of a mail is not ASCII. All else in
// our mails is.
func international(msg *mail.Msg) bool {
	to, _ := msg.GetRecipients()
	beyond := func(r rune) bool { return r > unicode.MaxASCII }
	return strings.ContainsFunc(sender(msg)+strings.Join(to, ""), beyond)
}

// client speaks SMTP on a connection that stands. utf8 asks for SMTPUTF8 where it
// is offered: then every server on the way must have it, or bring the mail back,
// so it is for mails that need it alone.
func (s *server) client(conn net.Conn, utf8 bool) (*mail.Client, error) {
	port, _ := strconv.Atoi(s.port)
	config, policy := s.tls(), mail.TLSMandatory
	switch {
	case s.implicitTLS:
		policy = mail.NoTLS // it is there already
	case s.user == "" && private(conn.RemoteAddr()):
		// It may go without encryption here, so one whose certificate nobody
		// checks (a relay beside us, as Debian sets it up) is better than none.
		policy, config.InsecureSkipVerify = mail.TLSOpportunistic, true
	}
	options := []mail.Option{
		mail.WithPort(port), mail.WithTimeout(s.timeout), mail.WithTLSConfig(config), mail.WithTLSPolicy(policy),
		mail.WithoutNoop(), mail.WithoutRset(),
		mail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }),
	}
	if !utf8 {
		options = append(options, mail.WithoutSMTPUTF8())
	}
	if s.user != "" {
		options = append(options, mail.WithUsername(s.user), mail.WithPassword(s.password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5))
	}
	return mail.NewClient(s.host, options...)
}

// private reports whether an address is of this machine or of a network that is
// not the internet. The address counts, not the name: nobody else's server
// answers there.
func private(a net.Addr) bool {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return false
	}
	ip := at.Addr().Unmap()
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
}
