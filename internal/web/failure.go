package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"syscall"
	"time"

	"github.com/directdial/directdial"
)

// Failure says in plain words why a server was asked in vain, and what to do
// about it, which is empty where the words say it themselves. The cause as the
// system tells it is ErrorText, which belongs into the log.
func Failure(err error) (says, remedy string) {
	var asked *url.Error
	if errors.As(err, &asked) {
		return unreached(asked)
	}
	says = ErrorText(err)
	if directdial.KindOf(err) == directdial.Temporary {
		remedy = "try again " + later(directdial.After(err))
	}
	return says, remedy
}

// unreached says why there was no answer.
func unreached(asked *url.Error) (says, remedy string) {
	host := asked.URL
	if u, err := url.Parse(asked.URL); err == nil && u.Host != "" {
		host = u.Host
	}
	var (
		name *net.DNSError
		cert *tls.CertificateVerificationError
		ours *directdial.Error
	)
	switch err := asked.Err; {
	case errors.Is(err, context.Canceled):
		return "stopped before " + host + " answered", ""
	case errors.As(err, &ours):
		return host + ": " + ours.Error(), ""
	case errors.As(err, &name) && name.IsNotFound:
		return "the name " + host + " is not found", "see that this machine has a network and a name server, or correct the name"
	case errors.As(err, &name):
		return "no name server says where " + host + " is", "see that this machine has a network and a name server"
	case errors.As(err, &cert):
		return "the certificate of " + host + " is not valid here", "see that the clock of this machine is right, and that nothing stands between it and the server"
	case asked.Timeout():
		return host + " did not answer in time", "try again later; if it stays so, see that no firewall is in the way"
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " refuses the connection", "see that the server runs there, and that no firewall is in the way"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return host + " broke the connection off", "try again later"
	}
	return host + " cannot be reached", "see that this machine has a network, and that no firewall is in the way"
}

// later says when to try again; 0 is not known.
func later(wait time.Duration) string {
	unit, one := "second", time.Second
	switch {
	case wait <= 0:
		return "later"
	case wait > 2*time.Hour:
		unit, one = "hour", time.Hour
	case wait > 2*time.Minute:
		unit, one = "minute", time.Minute
	}
	n := (wait + one - 1) / one // not before
	if n == 1 {
		return "in 1 " + unit
	}
	return fmt.Sprintf("in %d %ss", n, unit)
}
