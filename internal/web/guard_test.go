package web

import (
	"net/netip"
	"testing"

	"github.com/directdial/directdial"
)

func TestGuardRefusesWhatIsNotPublic(t *testing.T) {
	for _, addr := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192", "224.0.0.1",
		"255.255.255.255", "240.0.0.1", "198.18.0.1", "203.0.113.7",
		"::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1",
		"fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fec0::1",
	} {
		if err := (Guard{}).Check(netip.MustParseAddr(addr)); directdial.KindOf(err) != directdial.Denied {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestGuardAllowsPublicAddressesAndThoseListed(t *testing.T) {
	g := Guard{Allow: prefixes("127.0.0.0/8", "10.1.0.0/16", "fd00::/8")}
	for _, addr := range []string{
		"1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "192.0.1.1", "223.255.255.255",
		"2606:4700::1111", "2a00:1450::1",
		"127.0.0.1", "::ffff:127.0.0.1", "10.1.2.3", "fd00::1",
	} {
		if err := g.Check(netip.MustParseAddr(addr)); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	if err := g.Check(netip.MustParseAddr("10.2.0.1")); err == nil {
		t.Error("10.2.0.1 is allowed and not listed")
	}
}
