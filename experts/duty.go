package experts

import (
	"fmt"
	"time"
)

// location loads a zone by its IANA name; "" is UTC.
func location(name string) (*time.Location, error) {
	if name == "Local" { // the machine's zone is nobody's
		return nil, fmt.Errorf("unknown time zone %s", name)
	}
	return time.LoadLocation(name)
}
