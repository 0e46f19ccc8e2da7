package feed

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/htmltext"
	"github.com/directdial/directdial/internal/web"
)

const (
	// maxRobots is how much of a robots.txt is read, as RFC 9309 has it.
	maxRobots = 512 << 10
	// robotsFor is how long one is believed.
	robotsFor = 24 * time.Hour
)

// robots is what the robots.txt of a host said last.
type robots struct {
	rules *rules
	until time.Time
}

// may asks the robots.txt of the host of an address whether it may be asked for,
// and returns how long to wait between two requests. A feed that was read before
// is read on while there is no answer, as RFC 9309 allows for a while; a new one
// waits.
func (s *source) may(ctx context.Context, address string, known bool) (time.Duration, error) {
	if s.ignoreRobots {
		return 0, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	host := u.Scheme + "://" + u.Host
	last := s.robots[host]
	if last == nil || !s.Now().Before(last.until) {
		said, err := s.askRobots(ctx, host)
		switch {
		case err == nil:
			last = &robots{rules: said, until: s.Now().Add(robotsFor)}
			s.robots[host] = last
		case ctx.Err() != nil || directdial.After(err) > 0:
			return 0, err
		case last == nil && known:
			return 0, nil
		case last == nil:
			return 0, fmt.Errorf("its robots.txt cannot be read, and until then a new feed waits (robots: ignore, if the feed is your own): %w", err)
		}
	}
	if rule := last.rules.forbids(u.EscapedPath() + query(u)); rule != "" {
		return 0, directdial.Errorf(directdial.Denied,
			"the robots.txt of %s forbids this address to %s (%+q); ask the publisher for leave, or set robots: ignore if the feed is your own",
			u.Host, agent, htmltext.Cut(rule, 100))
	}
	return last.rules.delay, nil
}

// query is the query of an address with its question mark.
func query(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}

// askRobots reads a robots.txt. That there is none, or none for us, allows all;
// but who has asked too often is no answer.
func (s *source) askRobots(ctx context.Context, host string) (*rules, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, host+"/robots.txt", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "text/plain, */*;q=0.5")
	var moved string // that of a robots.txt is not remembered
	resp, err := following(s.Client, &moved).Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests || code >= 500:
		return nil, web.ErrorOf(resp, s.Now())
	case code != http.StatusOK:
		return &rules{}, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRobots))
	if err != nil {
		return nil, err
	}
	return parseRules(body), nil
}
