package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
)

// hosts lists what Source.Hosts says.
func (e *entry) hosts() []string { return e.hostsOf(e.node) }

func (e *entry) hostsOf(n *node) (hosts []string) {
	text, _, _, _ := expand(n.text, e.opt.Env)
	if address := namedHost(text); address != "" {
		hosts = append(hosts, address)
	}
	for _, item := range n.items {
		hosts = append(hosts, e.hostsOf(item)...)
	}
	for _, p := range n.pairs {
		hosts = append(hosts, e.hostsOf(p.value)...)
	}
	return hosts
}

// namedHost returns host:port of an http or websocket URL whose host is an IP
// address or localhost, else "".
func namedHost(text string) string {
	u, err := url.Parse(text)
	if err != nil || !slices.Contains([]string{"http", "https", "ws", "wss"}, u.Scheme) {
		return ""
	}
	if _, err := netip.ParseAddr(u.Hostname()); err != nil && u.Hostname() != "localhost" {
		return ""
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https", u.Scheme == "wss":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}
