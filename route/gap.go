package route

import (
	"slices"

	"github.com/directdial/directdial"
)

// gap notes what a source may have missed. One that is reported again, because
// the answer to the first report was lost, is refused: it counts once.
func (r *Router) gap(w *writing, a *directdial.Action) []directdial.Event {
	if !directdial.ValidName(a.Source) {
		return []directdial.Event{refused(a, directdial.Unreadable, "a gap is one of a source")}
	}
	e := directdial.Event{
		Kind: directdial.EvGap, Source: a.Source, Query: a.Query, Detail: a.Detail,
		Since: a.From, Until: a.Until, Count: a.Count,
	}
	all, _ := get[directdial.SourceGaps](w.tx, bGaps, a.Source)
	if slices.Contains(all.Newest, sourceGap(&e)) {
		return []directdial.Event{refused(a, directdial.Duplicate, "this is known")}
	}
	return []directdial.Event{e}
}

func sourceGap(e *directdial.Event) directdial.SourceGap {
	return directdial.SourceGap{Query: e.Query, Since: e.Since, Until: e.Until, Cause: e.Detail, Missing: max(e.Count, -1)}
}

// gap keeps the newest gaps of each source, and of the others how many they
// were. Names of sources stand in the configuration, so there are few.
func (f *folder) gap(e *directdial.Event) {
	add(f.tx, string(e.Kind), max(e.Count, 1))
	g := sourceGap(e)
	all, _ := get[directdial.SourceGaps](f.tx, bGaps, e.Source)
	all.Count++
	switch {
	case g.Missing < 0:
		all.Unknown++
	case g.Missing == 0:
		all.Backfilled++
	default:
		all.Missing += g.Missing
	}
	all.Newest = append(all.Newest, g)
	all.Newest = all.Newest[max(len(all.Newest)-directdial.MaxSourceGaps, 0):]
	put(f.tx, bGaps, e.Source, all)
}

// Gaps returns what a source may have missed.
func (r *Router) Gaps(source string) directdial.SourceGaps {
	g, _ := get[directdial.SourceGaps](r.db, bGaps, source)
	return g
}
