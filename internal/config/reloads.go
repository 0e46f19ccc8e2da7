package config

import (
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/metric"
)

// refusal is the error of a configuration with errors.
func refusal(problems []Problem) error {
	n := 0
	for _, p := range problems {
		if p.Severity == Error {
			n++
		}
	}
	return directdial.Errorf(directdial.Invalid, "the configuration has %s", count(n, "error"))
}

func count(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Tell returns what Watch tells: it logs each attempt with all its problems and
// keeps two metrics. It begins with a success, the configuration that is in
// force now.
func Tell(reg prometheus.Registerer, log zerolog.Logger) func(Reload) {
	success := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: metric.ReloadSuccess,
		Help: "1 if the last attempt to read the configuration succeeded, 0 if the one before it is still in force.",
	})
	at := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: metric.ReloadTimestamp,
		Help: "When the configuration in force was read.",
	})
	reg.MustRegister(success, at)
	set := func(t time.Time) {
		success.Set(1)
		at.Set(float64(t.UnixMilli()) / 1000)
	}
	set(time.Now())
	return func(r Reload) {
		for _, p := range r.Problems {
			level := zerolog.ErrorLevel
			if p.Severity == Warning {
				level = zerolog.WarnLevel
			}
			log.WithLevel(level).Msg(p.String())
		}
		if r.Err != nil {
			success.Set(0)
			log.Error().Err(r.Err).Msg("configuration not read again; the old one stays in force")
			return
		}
		set(r.At)
		log.Info().Msg("configuration read again")
	}
}
