// Package web is the plumbing of everything that speaks HTTP: a server with
// bounds on time, size and connections, a client that cannot be led into the
// internal network, problem+json, signatures of webhooks and tokens. It
// knows nothing of mentions.
package web
