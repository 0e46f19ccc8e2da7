package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// Client asks a desk. It is an Exchange that is somewhere else.
type Client struct {
	http *http.Client
	base string
	far  *far // nil if the desk is on this machine
}

// Dial makes a client of the desk behind a control socket.
func Dial(socket string) *Client {
	return Over(func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	})
}

// Over makes a client of the desk behind connections.
func Over(dial func(context.Context) (net.Conn, error)) *Client {
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }}
	return &Client{http: &http.Client{Transport: transport}, base: "http://desk"}
}

// Status asks who answers.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return get[Status](ctx, c, "/v1/status", nil)
}

// Ledger asks for both sides of the ledger.
func (c *Client) Ledger(ctx context.Context) (*directdial.Ledger, error) {
	return get[*directdial.Ledger](ctx, c, "/v1/ledger", nil)
}

// Dials lists the open dials, or all, the newest first.
func (c *Client) Dials(ctx context.Context, all bool, limit int) ([]DialView, error) {
	return get[[]DialView](ctx, c, "/v1/dials", url.Values{
		"all": {strconv.FormatBool(all)}, "limit": {strconv.Itoa(limit)},
	})
}

// Mentions lists mentions in a state, or all, the newest first.
func (c *Client) Mentions(ctx context.Context, state directdial.MentionState, limit int) ([]MentionView, error) {
	return get[[]MentionView](ctx, c, "/v1/mentions", url.Values{
		"state": {string(state)}, "limit": {strconv.Itoa(limit)},
	})
}

// Experts lists who is enabled for what at a time; zero is now.
func (c *Client) Experts(ctx context.Context, at time.Time) ([]ExpertView, error) {
	q := url.Values{}
	if !at.IsZero() {
		q.Set("at", at.Format(time.RFC3339))
	}
	return get[[]ExpertView](ctx, c, "/v1/experts", q)
}

// Sources lists how each source does.
func (c *Client) Sources(ctx context.Context) ([]directdial.SourceStanding, error) {
	return get[[]directdial.SourceStanding](ctx, c, "/v1/sources", nil)
}

// Coverage asks who could be dialled for what in the coming week.
func (c *Client) Coverage(ctx context.Context) (*directdial.Coverage, error) {
	return get[*directdial.Coverage](ctx, c, "/v1/coverage", nil)
}

// Expert asks for all about one colleague.
func (c *Client) Expert(ctx context.Context, id string) (*ExpertView, error) {
	return get[*ExpertView](ctx, c, "/v1/experts/"+url.PathEscape(id), nil)
}

// Enable does something to a grant.
func (c *Client) Enable(ctx context.Context, g GrantAct) (directdial.Judgement, error) {
	return post[directdial.Judgement](ctx, c, "/v1/experts/"+url.PathEscape(g.Expert)+"/"+string(g.Kind), g)
}

// Explain repeats the decision about a mention: its id, its URL, or its key.
func (c *Client) Explain(ctx context.Context, mention string) (*Explanation, error) {
	return get[*Explanation](ctx, c, "/v1/explain", url.Values{"mention": {mention}})
}

// Everybody makes the decision about a mention anew, with all experts.
func (c *Client) Everybody(ctx context.Context, mention string) (*Explanation, error) {
	return get[*Explanation](ctx, c, "/v1/everybody", url.Values{"mention": {mention}})
}

// Try says what would become of a text.
func (c *Client) Try(ctx context.Context, t Trial) (*Explanation, error) {
	return post[*Explanation](ctx, c, "/v1/explain", t)
}

// Act does something to a dial.
func (c *Client) Act(ctx context.Context, dial string, a directdial.Action) (directdial.Judgement, error) {
	return post[directdial.Judgement](ctx, c, "/v1/dials/"+url.PathEscape(dial)+"/"+string(a.Kind), a)
}

// Do does something that is about people.
func (c *Client) Do(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	return post[directdial.Judgement](ctx, c, "/v1/actions/"+url.PathEscape(string(a.Kind)), a)
}

// Import stores history.
func (c *Client) Import(ctx context.Context, mentions []*directdial.Mention) (directdial.Taken, error) {
	return post[directdial.Taken](ctx, c, "/v1/import", mentions)
}

// Forget erases all mentions of an author.
func (c *Client) Forget(ctx context.Context, author string) (*Forgotten, error) {
	return post[*Forgotten](ctx, c, "/v1/forget", Author{author})
}

// Erasures asks what is left to erase.
func (c *Client) Erasures(ctx context.Context) (Erasures, error) {
	return get[Erasures](ctx, c, "/v1/erasures", nil)
}

// Erase erases mentions by their keys.
func (c *Client) Erase(ctx context.Context, mentions []directdial.Key) error {
	_, err := post[Erasures](ctx, c, "/v1/erase", mentions)
	return err
}

// Backup starts a backup into a folder on the machine of the desk.
func (c *Client) Backup(ctx context.Context, dir string) (BackupState, error) {
	return post[BackupState](ctx, c, "/v1/backup", Place{dir})
}

// BackupState asks how far the last backup is.
func (c *Client) BackupState(ctx context.Context) (BackupState, error) {
	return get[BackupState](ctx, c, "/v1/backup", nil)
}

func get[T any](ctx context.Context, c *Client, path string, q url.Values) (v T, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path+"?"+q.Encode(), nil)
	if err != nil {
		return v, err
	}
	return do[T](c, r)
}

func post[T any](ctx context.Context, c *Client, path string, body any) (v T, err error) {
	data, err := json.Marshal(body)
	if err != nil {
		return v, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(data))
	if err != nil {
		return v, err
	}
	return do[T](c, r)
}

func do[T any](c *Client, r *http.Request) (v T, err error) {
	resp, err := c.send(r)
	if err != nil {
		return v, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return v, problem(resp)
	}
	return v, c.read(resp, &v)
}

// problem is what an answer says that is no success.
func problem(resp *http.Response) error {
	var p web.Problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Status == 0 {
		return fmt.Errorf("the desk answers %s", resp.Status)
	}
	return &directdial.Error{Kind: kindOf(p.Status), Msg: p.Detail}
}

// kindOf is the way back from a status.
func kindOf(status int) directdial.Kind {
	switch status {
	case http.StatusBadRequest:
		return directdial.Invalid
	case http.StatusForbidden:
		return directdial.Denied
	case http.StatusNotFound:
		return directdial.NotFound
	case http.StatusServiceUnavailable:
		return directdial.Temporary
	}
	return directdial.Internal
}
