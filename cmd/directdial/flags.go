package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial/internal/config"
	"github.com/directdial/directdial/internal/setting"
)

// duration is a flag in the durations of the configuration: 90m, 30d.
type duration time.Duration

func (d *duration) Set(s string) error {
	v, err := setting.ParseDuration(s)
	*d = duration(v)
	return err
}

func (d *duration) String() string {
	const day = 24 * time.Hour
	switch t := time.Duration(*d); {
	case t == 0:
		return ""
	case t%day == 0:
		return fmt.Sprintf("%dd", t/day)
	default:
		return t.String()
	}
}

func (*duration) Type() string { return "duration" }

// percent is a flag for a share: 2%. Its value is from 0 to 1.
type percent float64

func (p *percent) Set(s string) error {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil || !(v >= 0 && v <= 100) {
		return errors.New("must be a share like 2% or 0.5%")
	}
	*p = percent(v / 100)
	return nil
}

func (p *percent) String() string {
	if *p == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(*p), 'g', -1, 64) + "%"
}

func (*percent) Type() string { return "share" }

// dayFlag is a flag for a day of the calendar, in the time zone of whomever it is
// about; never says whether "never" is one, too.
type dayFlag struct {
	text  string
	never bool
}

func (d *dayFlag) Set(s string) error {
	if s != "never" || !d.never {
		if _, _, err := config.Day(s, ""); err != nil {
			return err
		}
	}
	d.text = s
	return nil
}

func (d *dayFlag) String() string { return d.text }

func (*dayFlag) Type() string { return "day" }
