package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/wneessen/go-mail"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
)

// How long to wait at least.
const (
	// shortPause is for servers that are busy or that greylist: they want to be
	// asked again after a minute.
	shortPause = time.Minute
	// longPause is for what a person must change: password, certificate,
	// sender.
	longPause = 15 * time.Minute
)

// unconnected translates what went wrong before there was a mail to speak of.
// It says nothing about the receiver: everybody waits.
func (s *server) unconnected(err error) error {
	after, what := time.Duration(0), "cannot be reached"
	var answer *textproto.Error
	var unknown x509.UnknownAuthorityError
	var verify *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		what = "was not asked to the end"
	case errors.As(err, &answer) && answer.Code/100 == 4:
		after, what = shortPause, "has no time now"
	case errors.As(err, &answer) && (answer.Code == 535 || answer.Code == 534 || answer.Code == 538):
		after, what = longPause, "refuses user or password"
	case errors.As(err, &answer):
		after, what = longPause, "refuses us"
	case errors.As(err, &verify), errors.As(err, &unknown):
		after, what = longPause, "has a certificate that does not hold"
	case strings.Contains(err.Error(), "STARTTLS"):
		after, what = longPause, "does not offer STARTTLS, and we do not send without"
	case strings.Contains(err.Error(), "AUTH"):
		after, what = longPause, "takes no password in a way that we know"
	}
	return &directdial.Error{
		Kind: directdial.Temporary, After: after,
		Err: fmt.Errorf("%w: the mail server %s: %s", experts.ErrChannel, what, s.scrub(err.Error())),
	}
}

// refused translates what the server said about a mail, by where it said it.
//
// What it says once it has the text may quote the text, so from then on only
// its codes are told. from is the sender of the mail.
func (s *server) refused(err error, from string, log zerolog.Logger) error {
	var e *mail.SendError
	if !errors.As(err, &e) {
		return directdial.Errorf(directdial.Internal, "the mail was not sent: %s", s.scrub(err.Error()))
	}
	code, codes := e.ErrorCode(), strings.TrimSpace(fmt.Sprintf("%d %s", e.ErrorCode(), e.EnhancedStatusCode()))
	seen := e.Reason == mail.ErrWriteContent || e.Reason == mail.ErrSMTPDataClose
	if !seen && code != 0 {
		log.Warn().Str("answer", experts.Cut(experts.Line(s.scrub(e.Error())), 300)).Msg("the mail server refused a mail")
	}
	switch {
	case code == 0 && e.Reason == mail.ErrSMTPDataClose:
		return directdial.Errorf(directdial.Ambiguous, "the connection was lost after the mail was handed over, before the server's answer")
	case code == 0:
		return directdial.Errorf(directdial.Temporary, "%w: the connection was lost before the mail was handed over", experts.ErrChannel)
	case code == 421:
		return &directdial.Error{
			Kind: directdial.Temporary, After: shortPause,
			Err: fmt.Errorf("%w: the mail server closes: %s", experts.ErrChannel, codes),
		}
	case code/100 == 4:
		return &directdial.Error{Kind: directdial.Temporary, After: shortPause, Msg: "the mail server refuses for now: " + codes}
	case e.Reason == mail.ErrSMTPMailFrom || code == 530 || code == 535 || ofSender(e, from):
		// Nothing was said of the receiver yet.
		return &directdial.Error{
			Kind: directdial.Temporary, After: longPause,
			Err: fmt.Errorf("%w: the mail server refuses the sender: %s", experts.ErrChannel, codes),
		}
	}
	says := "the mail server refuses for good: " + codes + meaning(e.EnhancedStatusCode())
	if e.Reason == mail.ErrSMTPRcptTo && slices.Contains(nobodyThere, e.EnhancedStatusCode()) {
		return &directdial.Error{Kind: directdial.Gone, Err: noMailbox{code: e.EnhancedStatusCode(), says: says}}
	}
	return &directdial.Error{Kind: directdial.Gone, Msg: says}
}

// nobodyThere are the codes that are of the receiver's address, whatever the mail.
var nobodyThere = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}

// noMailbox is a refusal of the receiver's address: no mail will ever get there.
type noMailbox struct{ code, says string }

func (e noMailbox) Error() string { return e.says }

// ofSender reports whether a server that refuses a receiver means the sender: by
// its code, or because it names them. Postfix keeps what it has against a sender
// until it knows who the mail is for.
func ofSender(e *mail.SendError, from string) bool {
	code := e.EnhancedStatusCode()
	return e.Reason == mail.ErrSMTPRcptTo && (code == "5.1.7" || code == "5.1.8" ||
		strings.Contains(strings.ToLower(e.Error()), "<"+strings.ToLower(from)+">"))
}

// meanings are the enhanced status codes (RFC 3463) that somebody acts on, by
// the end of the code.
var meanings = []struct{ code, says string }{
	{".1.1", "there is no such mailbox"},
	{".1.2", "there is no such domain"},
	{".1.3", "the address is not well formed"},
	{".1.6", "the mailbox has moved"},
	{".1.10", "the domain takes no mail"},
	{".2.1", "the mailbox is disabled"},
	{".2.2", "the mailbox is full"},
	{".2.3", "the mail is too long for the mailbox"},
	{".3.4", "the mail is too long"},
	{".7.1", "not allowed by the policy of the receiver"},
}

// meaning explains a code in words, "" if it says nothing that helps.
func meaning(enhanced string) string {
	for _, m := range meanings {
		if strings.HasSuffix(enhanced, m.code) && strings.Count(enhanced, ".") == 2 && len(enhanced) == len(m.code)+1 {
			return " (" + m.says + ")"
		}
	}
	return ""
}

// scrub takes the password out of what a server or a library said, also as it
// travels.
func (s *server) scrub(text string) string {
	if s.password == "" {
		return text
	}
	for _, secret := range []string{
		s.password,
		base64.StdEncoding.EncodeToString([]byte("\x00" + s.user + "\x00" + s.password)),
		base64.StdEncoding.EncodeToString([]byte(s.password)),
	} {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	return text
}
