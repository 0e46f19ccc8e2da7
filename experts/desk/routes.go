package desk

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

// maxBody bounds a request, in bytes.
const maxBody = 8 << 20

// Handler serves the desk of an exchange.
func Handler(x Exchange) http.Handler {
	mux := http.NewServeMux()
	overview(mux, x)
	dials(mux, x)
	people(mux, x)
	mentions(mux, x)
	experience(mux, x)
	reviews(mux, x)
	deadLetters(mux, x)
	explanations(mux, x)
	mux.HandleFunc("POST /v1/backtest", backtest(x))
	erasure(mux, x)
	backups(mux, x)
	return mux
}

// overview is how the exchange does.
func overview(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("GET /v1/status", answer(func(*http.Request) (any, error) { return x.Status(), nil }))
	mux.HandleFunc("GET /v1/ledger", answer(func(r *http.Request) (any, error) { return x.Ledger(r.Context()) }))
	mux.HandleFunc("GET /v1/sources", answer(func(r *http.Request) (any, error) { return x.Sources(r.Context()) }))
	mux.HandleFunc("GET /v1/coverage", answer(func(*http.Request) (any, error) { return x.Coverage() }))
}

func dials(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("GET /v1/dials", answer(func(r *http.Request) (any, error) {
		limit, err := limitOf(r)
		if err != nil {
			return nil, err
		}
		return x.Dials(r.FormValue("all") == "true", limit)
	}))
	mux.HandleFunc("POST /v1/dials/{dial}/{act}", posted(func(r *http.Request, a directdial.Action) (any, error) {
		a.Kind = directdial.ActionKind(r.PathValue("act"))
		return x.Act(r.Context(), r.PathValue("dial"), a)
	}))
}

// people are the experts, their grants, and what they say of themselves.
func people(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("GET /v1/experts", answer(func(r *http.Request) (any, error) {
		at, err := timeOf(r, "at")
		if err != nil {
			return nil, err
		}
		return x.Experts(at), nil
	}))
	mux.HandleFunc("GET /v1/experts/{expert}", answer(func(r *http.Request) (any, error) {
		return x.Expert(r.PathValue("expert"))
	}))
	mux.HandleFunc("POST /v1/experts/{expert}/{act}", posted(func(r *http.Request, g GrantAct) (any, error) {
		g.Expert, g.Kind = r.PathValue("expert"), directdial.ActionKind(r.PathValue("act"))
		return x.Enable(r.Context(), g)
	}))
	mux.HandleFunc("POST /v1/actions/{kind}", posted(func(r *http.Request, a directdial.Action) (any, error) {
		a.Kind = directdial.ActionKind(r.PathValue("kind"))
		return x.Do(r.Context(), a)
	}))
}

// mentions are what came in, and who is not dialled about.
func mentions(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("GET /v1/mentions", answer(func(r *http.Request) (any, error) {
		limit, err := limitOf(r)
		if err != nil {
			return nil, err
		}
		return x.Mentions(r.Context(), directdial.MentionState(r.FormValue("state")), limit)
	}))
	mux.HandleFunc("POST /v1/import", posted(func(r *http.Request, mentions []*directdial.Mention) (any, error) {
		return x.Import(r.Context(), mentions)
	}))
	mux.HandleFunc("GET /v1/mutes", answer(func(r *http.Request) (any, error) { return x.Mutes(r.Context()) }))
	mux.HandleFunc("POST /v1/mutes", posted(func(r *http.Request, m MuteAct) (any, error) { return x.Mute(r.Context(), m) }))
}

func erasure(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("POST /v1/forget", posted(func(r *http.Request, who Author) (any, error) {
		return x.Forget(r.Context(), who.Author)
	}))
	mux.HandleFunc("GET /v1/erasures", answer(func(*http.Request) (any, error) { return x.Erasures(), nil }))
	mux.HandleFunc("POST /v1/erase", posted(func(r *http.Request, mentions []directdial.Key) (any, error) {
		return x.Erasures(), x.Erase(r.Context(), mentions)
	}))
}

func backups(mux *http.ServeMux, x Exchange) {
	mux.HandleFunc("POST /v1/backup", posted(func(_ *http.Request, to Place) (any, error) {
		if err := x.Backup(to.Dir); err != nil {
			return nil, err
		}
		return x.BackupState(), nil
	}))
	mux.HandleFunc("GET /v1/backup", answer(func(*http.Request) (any, error) { return x.BackupState(), nil }))
}

// answer writes what f returns as JSON, or its error as a problem.
func answer(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := f(r)
		if err != nil {
			p := web.ProblemOf(err)
			p.Detail = err.Error() // who may ask here may know the cause
			p.Write(w)
			return
		}
		web.WriteJSON(w, http.StatusOK, v)
	}
}

// posted answers a request whose body is a T.
func posted[T any](f func(*http.Request, T) (any, error)) http.HandlerFunc {
	return answer(func(r *http.Request) (any, error) {
		var body T
		if err := decode(r, &body); err != nil {
			return nil, err
		}
		return f(r, body)
	})
}

func decode(r *http.Request, v any) error {
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody)).Decode(v); err != nil {
		return directdial.Errorf(directdial.Invalid, "the body cannot be read: %w", err)
	}
	return nil
}

func limitOf(r *http.Request) (int, error) {
	s := r.FormValue("limit")
	if s == "" {
		return MaxList, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > MaxList {
		return 0, &directdial.Error{Kind: directdial.Invalid, Field: "limit", Msg: "must be 1 to " + strconv.Itoa(MaxList)}
	}
	return n, nil
}

func timeOf(r *http.Request, name string) (time.Time, error) {
	s := r.FormValue(name)
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, &directdial.Error{Kind: directdial.Invalid, Field: name, Msg: "must be a time like 2026-11-21T10:00:00Z"}
	}
	return t, nil
}
