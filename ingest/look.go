package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/web"
)

const (
	// lookEvery is how often it is looked what is due; lookSoon is how soon after
	// a dial has changed.
	lookEvery = time.Minute
	lookSoon  = 2 * time.Second
	// maxLooks is how many posts of one source are looked at in an hour.
	maxLooks = 60
	// spareBudget is how many of the requests that a platform still allows are
	// left for hearing what is new.
	spareBudget = 10
	// lookBack is how much of what was read before is read again: platforms show
	// replies late.
	lookBack = 10 * time.Minute
)

// looking is what is remembered of one source between two rounds. After a
// restart it begins anew: a post counts as looked at when its dial was opened.
type looking struct {
	last      map[directdial.Key]time.Time
	looks     []time.Time // of the last hour
	notBefore time.Time   // the platform said so
}

// look looks at posts again, until ctx ends.
func (r *Runner) look(ctx context.Context) {
	sources := map[string]*looking{}
	for ctx.Err() == nil {
		changed := r.options.Watch.Changed()
		watched, err := r.options.Watch.Watched()
		if err != nil {
			r.options.Logger.Warn().Err(err).Msg("which posts to look at again could not be read; tried again soon")
		}
		bySource := map[string][]Watched{}
		for _, w := range watched {
			bySource[w.Source] = append(bySource[w.Source], w)
		}
		var round sync.WaitGroup
		for _, s := range r.all() {
			looker, ok := s.source.(Looker)
			if !ok {
				continue
			}
			l := sources[s.config.Name]
			if l == nil {
				l = &looking{}
				sources[s.config.Name] = l
			}
			round.Go(func() { s.lookAt(ctx, looker, l, bySource[s.config.Name]) })
		}
		round.Wait()
		select {
		case <-ctx.Done():
		case <-changed:
			_ = sleep(ctx, lookSoon) // what else changes at this moment comes with it
		case <-time.After(lookEvery):
		}
	}
}

// lookAt looks at what is due of one source, the most urgent first, within its
// budget.
func (s *supervised) lookAt(ctx context.Context, looker Looker, l *looking, watched []Watched) {
	type entry struct {
		Watched
		urgency float64
	}
	now := s.runner.options.Now()
	kept := make(map[directdial.Key]time.Time, len(watched))
	var due []entry
	for _, w := range watched {
		last, known := l.last[w.Mention]
		if !known {
			last = w.Since
		}
		kept[w.Mention] = last
		if urgency, yes := w.due(last, now); yes {
			due = append(due, entry{w, urgency})
		}
	}
	l.last = kept
	slices.SortStableFunc(due, func(a, b entry) int { return cmp.Compare(b.urgency, a.urgency) })
	for _, e := range due {
		now = s.runner.options.Now()
		if ctx.Err() != nil || !s.mayLook(l, now) {
			return
		}
		if err := s.lookOnce(ctx, looker, e.Mention, kept[e.Mention]); err != nil && ctx.Err() == nil {
			l.notBefore = now.Add(max(directdial.After(err), lookEvery))
			s.health.log.Debug().Str("error", web.ErrorText(err)).Msg("a post could not be looked at again")
		}
		kept[e.Mention] = now
		l.looks = append(l.looks, now)
	}
}

// mayLook reports whether a source has requests to spare for another look. One
// that fails has none.
func (s *supervised) mayLook(l *looking, now time.Time) bool {
	l.looks = slices.DeleteFunc(l.looks, func(t time.Time) bool { return now.Sub(t) >= time.Hour })
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	spent := s.health.budget != nil && *s.health.budget <= spareBudget && now.Before(s.health.reset)
	return s.health.state == "ok" && !spent && len(l.looks) < maxLooks && !now.Before(l.notBefore)
}

// lookOnce looks at one post and emits what matters of what is there.
func (s *supervised) lookOnce(ctx context.Context, looker Looker, mention directdial.Key, last time.Time) error {
	p, err := s.runner.options.Watch.Post(ctx, mention)
	if directdial.KindOf(err) == directdial.NotFound && err != nil {
		return nil // nothing is known of it any more
	}
	if err != nil {
		return err
	}
	if since := last.Add(-lookBack); since.After(p.Since) {
		p.Since = since
	}
	items, lookErr := looker.Look(ctx, p)
	s.runner.intake.metrics.looks.WithLabelValues(s.config.Name).Inc()
	if items = s.runner.options.matters(p, items); len(items) > 0 {
		_, err = s.runner.intake.emit(ctx, s.config.Name, items)
	}
	return errors.Join(lookErr, err)
}

// matters picks from what a look found: the post itself, what its author wrote
// in the thread, and as an answer what an account of ours did.
func (o *Options) matters(p Post, items []directdial.Item) (kept []directdial.Item) {
	others := map[string]bool{} // replies of strangers
	for _, item := range items {
		m, ok := item.(*directdial.Mention)
		if ok && m.ID != p.ID && m.Author.Identity() != p.Author && o.Watch.Account(m.Platform, m.Author) == "" {
			others[m.ID] = true
		}
	}
	for _, item := range items {
		m, ok := item.(*directdial.Mention)
		if !ok || m.ID == p.ID {
			kept = append(kept, item)
			continue
		}
		thread := cmp.Or(m.Thread, p.Thread, p.ID)
		account := o.Watch.Account(m.Platform, m.Author)
		switch {
		case account != "" && !others[m.InReplyTo]: // or it answers somebody else
			kept = append(kept, &directdial.Answer{
				Platform: m.Platform, ID: m.ID, InReplyTo: p.ID, Thread: thread, Account: account, At: m.CreatedAt,
			})
		case account == "" && p.Author != "" && m.Author.Identity() == p.Author:
			m.Thread = thread
			kept = append(kept, m)
		}
	}
	return kept
}
