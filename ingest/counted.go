package ingest

import "net/http"

// counted returns a client whose requests are counted with a source.
func counted(c *http.Client, h *health) *http.Client {
	if c == nil { // only constructing
		return nil
	}
	own := *c
	own.Transport = &countedTransport{next: c.Transport, health: h}
	return &own
}

// countedTransport counts what goes out and notes when the platform refuses
// because of too many requests.
type countedTransport struct {
	next   http.RoundTripper
	health *health
}

func (t *countedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.health.asked()
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err == nil {
		t.health.answered(resp.StatusCode)
	}
	return resp, err
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the
// transport below.
func (t *countedTransport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
