package config

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// http checks where the program listens.
func (c *checker) http() HTTP {
	h := &c.file.HTTP
	out := HTTP{Listen: h.Listen, PublicURL: strings.TrimRight(h.PublicURL, "/"), Desk: h.Desk, Admin: h.Admin, DeskToken: h.DeskToken}
	c.address(&h.Listen, "listen")
	c.address(&h.Admin, "admin")
	if h.Desk == off {
		out.Desk = ""
	} else {
		c.address(&h.Desk, "desk")
	}
	c.deskToken(h)
	if out.PublicURL == "" {
		out.PublicURL = "http://" + reachable(h.Listen)
		return out
	}
	u, err := url.Parse(out.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		c.fail(c.where(&h.PublicURL), "for example https://dial.acme.example", "public_url: must be an absolute http or https URL without user, query and fragment")
	}
	return out
}

// leastToken is how many characters the token of the desk has at least: it opens
// everything.
const leastToken = 16

// deskToken checks a token of the operator's own.
func (c *checker) deskToken(h *httpSection) {
	at, token := c.where(&h.DeskToken, h), h.DeskToken.Reveal()
	switch {
	case token == "" || c.unknown[at]:
	case len(token) < leastToken:
		c.fail(at, "openssl rand -hex 16 makes one", "desk_token: must have %d characters or more", leastToken)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		c.fail(at, "openssl rand -hex 16 makes one", "desk_token: must be letters, digits and signs of ASCII without blanks")
	}
}

// address checks a host:port that the program shall listen at.
func (c *checker) address(s *string, key string) {
	_, port, err := net.SplitHostPort(*s)
	_, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil {
		c.fail(c.where(s), "for example 127.0.0.1:8080", "%s: must be host:port, and is %s", key, quote(*s))
	}
}

// reachable is an address to connect to for one to listen at: who listens
// everywhere is reached by loopback.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if everywhere(host) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || (ip != nil && ip.IsUnspecified())
}

// loopback reports whether a host, with or without its port, is this machine.
func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

// nats checks where the streams are.
func (c *checker) nats() NATS {
	n := c.file.NATS
	if n == nil {
		return NATS{Replicas: 1}
	}
	out := NATS{URL: n.URL, Replicas: n.Replicas, Listen: n.Listen}
	if out.URL.IsZero() {
		if n.Replicas > 1 {
			c.fail(c.where(&n.Replicas), "add url for a cluster", "replicas: the embedded server keeps one copy")
		}
		if n.Listen != "" {
			c.address(&n.Listen, "listen")
		}
		out.Replicas = 1
		return out
	}
	if n.Listen != "" {
		c.fail(c.where(&n.Listen), "remove one of the two", "listen: is for the embedded server, and url names another")
	}
	if out.Replicas == 0 {
		out.Replicas = 3
	}
	for server := range strings.SplitSeq(n.URL.Reveal(), ",") {
		u, err := url.Parse(strings.TrimSpace(server))
		if err != nil || u.Host == "" || (u.Scheme != "nats" && u.Scheme != "tls" && u.Scheme != "ws" && u.Scheme != "wss") {
			c.fail(c.where(&n.URL, n), "", "url: must be URLs like nats://n1:4222, with commas between them") // it may hold a password
			break
		}
	}
	return out
}

// ports refuses two listeners at one address.
func (c *checker) ports(cfg *Config) {
	h := &c.file.HTTP
	type listener struct {
		key  string
		addr *string
	}
	all := []listener{{"listen", &h.Listen}, {"desk", &h.Desk}, {"admin", &h.Admin}}
	if n := c.file.NATS; n != nil && cfg.NATS.Listen != "" {
		all = append(all, listener{"nats.listen", &n.Listen})
	}
	for i, a := range all {
		for _, b := range all[:i] {
			if sameAddress(*a.addr, *b.addr) {
				c.fail(c.where(a.addr, b.addr), "give one of the two another port", "%s: %s is taken by %s", a.key, *a.addr, b.key)
				break
			}
		}
	}
}

func sameAddress(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false // port 0 is a free one
	}
	return everywhere(hostA) || everywhere(hostB) || strings.EqualFold(hostA, hostB) || (loopback(hostA) && loopback(hostB))
}
