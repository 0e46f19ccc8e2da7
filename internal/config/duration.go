package config

import (
	"errors"
	"time"

	"github.com/directdial/directdial/internal/setting"
)

const (
	day = 24 * time.Hour
	off = "off" // the word for no bound
)

// span is a duration or off, which is 0.
type span time.Duration

func (s *span) UnmarshalText(text []byte) error {
	if string(text) == off {
		*s = 0
		return nil
	}
	d, err := setting.ParseDuration(string(text))
	if err != nil {
		return errors.New(err.Error() + ", or off")
	}
	*s = span(d)
	return nil
}
