package desk

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// explanations serves what explains decisions.
func explanations(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("GET /v1/explain", answer(func(r *http.Request) (any, error) {
		return x.Explain(r.Context(), r.FormValue("mention"))
	}))
	mux.HandleFunc("GET /v1/everybody", answer(func(r *http.Request) (any, error) {
		return x.Everybody(r.Context(), r.FormValue("mention"))
	}))
	mux.HandleFunc("GET /v1/receipts", func(w http.ResponseWriter, r *http.Request) { tell(w, r, x.Receipts) })
	mux.HandleFunc("POST /v1/explain", posted(func(r *http.Request, t Trial) (any, error) { return x.Try(r.Context(), t) }))
}

// Receipts decides again on every receipt in the log; progress is told how far it
// is, in steps.
func (c *Client) Receipts(ctx context.Context, progress func(done, of uint64)) (*directdial.Receipts, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/v1/receipts", nil)
	if err != nil {
		return nil, err
	}
	return follow[directdial.Receipts](c, r, "the receipts", progress)
}

// PrintReceipts writes what came of deciding again on every receipt, for people.
func PrintReceipts(w io.Writer, all *directdial.Receipts) error {
	p := &printer{w: w}
	if all.Decided == 0 {
		p.say("There is no receipt yet.\n")
		return p.err
	}
	p.say("%d receipts from %s to %s: %d give the same decision again, %d another.\n",
		all.Decided, stamp(all.From), stamp(all.To), all.Equal, all.Differ)
	if all.First > 1 {
		p.say("Those before step %d are past their retention.\n", all.First)
	}
	for _, v := range slices.Sorted(maps.Keys(all.Older)) {
		p.say("%d are of version %d; this program decides by version %d.\n", all.Older[v], v, directdial.DecideVersion)
	}
	for _, c := range all.Changes[:min(len(all.Changes), listedReceipts)] {
		what := "DAMAGED"
		if c.Version != directdial.DecideVersion {
			what = fmt.Sprintf("of version %d", c.Version)
		}
		p.say("\nstep %d, mention %s, %s:\n  %s\n", c.Step, short(string(c.Mention)), what, strings.Join(c.Differs, "\n  "))
	}
	if n := all.Differ - listedReceipts; n > 0 {
		p.say("\nAnd %d more; --json lists up to %d.\n", n, directdial.MaxChanges)
	}
	return p.err
}

// listedReceipts is how many receipts that differ are listed for people.
const listedReceipts = 20
