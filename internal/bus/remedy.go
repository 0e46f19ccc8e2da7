package bus

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// errOld is wrapped when a server cannot do what the log needs.
var errOld = errors.New("the NATS server is too old")

// errSmall is wrapped when a server takes less than a message.
var errSmall = errors.New("the NATS servers take too small messages")

// Codes of the server for more copies than there are servers.
const (
	codeNoPeers      jetstream.ErrorCode = 10005 // in a cluster
	codeNotClustered jetstream.ErrorCode = 10074 // alone
)

// remedy says what an operator does about an error that keeps the log from
// being opened; "" where only the error itself can tell.
func remedy(err error) string {
	var api *jetstream.APIError
	errors.As(err, &api)
	code := func(any ...jetstream.ErrorCode) bool { return api != nil && slices.Contains(any, api.ErrorCode) }
	switch {
	case errors.Is(err, errOld):
		return "update the NATS servers to " + oldest + " or newer"
	case errors.Is(err, errSmall):
		return fmt.Sprintf("set max_payload of the NATS servers to %d", maxPayload)
	case errors.Is(err, nats.ErrAuthorization):
		return "see that nats.url has the right user and password"
	case errors.Is(err, nats.ErrPermissionViolation):
		return "give the user in nats.url the rights to publish to mentions.>, dials.>, actions.>, sources.*, $JS.API.> and $JS.SNAPSHOT.>, and to subscribe to _INBOX.>"
	case errors.Is(err, nats.ErrNoServers):
		return "see that nats.url names servers that run and that this machine reaches"
	case errors.Is(err, nats.ErrNoResponders):
		return "switch JetStream on in the NATS servers (jetstream {})"
	case code(jetstream.JSErrCodeJetStreamNotEnabledForAccount, jetstream.JSErrCodeJetStreamNotEnabled):
		return "switch JetStream on for the account of the user in nats.url (jetstream: enabled)"
	case code(codeNoPeers, codeNotClustered):
		return "set nats.replicas to at most the number of servers that run in the cluster, with JetStream"
	}
	return ""
}

// advised adds the remedy to an error.
func advised(err error) error {
	if what := remedy(err); what != "" {
		return fmt.Errorf("%w; %s", err, what)
	}
	return err
}
