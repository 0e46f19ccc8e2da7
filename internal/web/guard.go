package web

import (
	"fmt"
	"net/netip"
	"syscall"

	"github.com/directdial/directdial"
)

// refused are the addresses that a request to a platform must never reach:
// this host, its networks, and the services that cloud providers answer on
// fixed addresses. A feed or a redirect is written by strangers, and with one
// of these addresses it would read what only we can read.
var refused = prefixes(
	"0.0.0.0/8",        // this host
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // carrier-grade NAT, also cloud metadata
	"127.0.0.0/8",      // loopback
	"168.63.129.16/32", // metadata of Azure, in public space
	"169.254.0.0/16",   // link-local, metadata of most clouds
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments, metadata of Oracle
	"192.0.2.0/24",     // documentation
	"192.88.99.0/24",   // 6to4 relays
	"192.168.0.0/16",   // private
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, broadcast
	"::/96",            // unspecified, loopback, IPv4-compatible
	"64:ff9b::/96",     // NAT64: an IPv4 address in disguise
	"64:ff9b:1::/48",   // NAT64 of the local network
	"100::/64",         // discard
	"2001::/23",        // protocol assignments, Teredo, ORCHID
	"2001:db8::/32",    // documentation
	"2002::/16",        // 6to4: an IPv4 address in disguise
	"3fff::/20",        // documentation
	"5f00::/16",        // segment routing
	"fc00::/7",         // unique local, metadata of AWS
	"fe80::/10",        // link-local
	"fec0::/10",        // site-local
	"ff00::/8",         // multicast
)

func prefixes(list ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(list))
	for i, s := range list {
		parsed[i] = netip.MustParsePrefix(s)
	}
	return parsed
}

// Guard says which addresses may be dialled: every public one, and the
// prefixes in Allow.
type Guard struct{ Allow []netip.Prefix }

// Check returns an error of kind Denied if addr must not be dialled.
func (g Guard) Check(addr netip.Addr) error {
	// ::ffff:127.0.0.1 is 127.0.0.1; a zone would make every prefix miss.
	addr = addr.Unmap().WithZone("")
	for _, p := range g.Allow {
		if p.Contains(addr) {
			return nil
		}
	}
	for _, p := range refused {
		if p.Contains(addr) {
			return &directdial.Error{
				Kind: directdial.Denied,
				Msg:  fmt.Sprintf("%s is not a public address (in %s); name it in the configuration if it is yours", addr, p),
			}
		}
	}
	return nil
}

// Control is a net.Dialer.Control. It runs after the name was resolved and
// for every address that is tried, so a name that answers with another address
// the second time gains nothing.
func (g Guard) Control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	return g.Check(ap.Addr())
}
