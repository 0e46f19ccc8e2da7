package email

import (
	"bufio"
	"errors"
	"io"
	"net/textproto"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // bounces come in all of them
)

// bounce is what a delivery status notification (RFC 3464) says of a mail of
// ours that will never arrive.
type bounce struct {
	original string // its Message-ID, with its brackets
	to       string // whom it could not be brought to
	sentTo   string // whom we sent it to, if that is told; to may be whom that is an alias of
	status   string // enhanced status code (RFC 3463): 5.1.1
}

// errNoBounce is of a mail that is none: an answer, a holiday notice, a mail
// that is only delayed.
var errNoBounce = errors.New("no bounce")

// maxBounceParts bounds what is looked at of a mail.
const maxBounceParts = 10

// readBounce reads a mail that came back. Anything that is not the final word
// about one mail is errNoBounce.
func readBounce(r io.Reader) (bounce, error) {
	e, err := message.Read(r)
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return bounce{}, errNoBounce
	}
	kind, params, err := e.Header.ContentType()
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return bounce{}, errNoBounce
	}
	parts := e.MultipartReader()
	if parts == nil {
		return bounce{}, errNoBounce
	}
	var b bounce
	for range maxBounceParts {
		part, err := parts.NextPart()
		if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			break
		}
		switch kind, _, _ := part.Header.ContentType(); kind {
		case "message/delivery-status", "message/global-delivery-status":
			b.to, b.sentTo, b.status = failedRecipient(part.Body)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			b.original = originalID(part.Body)
		}
	}
	if b.original == "" || b.to == "" || !strings.HasPrefix(b.status, "5.") {
		return bounce{}, errNoBounce
	}
	return b, nil
}

// failedRecipient is the first receiver for whom the mail failed for good. The
// status has groups of fields: one of the mail, then one of each receiver.
func failedRecipient(r io.Reader) (to, sentTo, status string) {
	groups := textproto.NewReader(bufio.NewReader(r))
	for {
		fields, err := groups.ReadMIMEHeader()
		if strings.EqualFold(strings.TrimSpace(fields.Get("Action")), "failed") {
			code, _, _ := strings.Cut(strings.TrimSpace(fields.Get("Status")), " ")
			return typedAddress(fields.Get("Final-Recipient")), typedAddress(fields.Get("Original-Recipient")), code
		}
		if err != nil {
			return "", "", ""
		}
	}
}

// typedAddress is the address in "rfc822; ana@acme.example", in small letters.
func typedAddress(field string) string {
	_, address, typed := strings.Cut(field, ";")
	if !typed {
		address = field
	}
	return strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>"))
}

// originalID is the Message-ID of the mail that came back.
func originalID(r io.Reader) string {
	fields, _ := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader()
	if id := strings.TrimSpace(fields.Get("Message-Id")); wellFormed.MatchString(id) {
		return id
	}
	return ""
}
