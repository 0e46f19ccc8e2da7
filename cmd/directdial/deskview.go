package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/experts"
	"github.com/directdial/directdial/experts/desk"
	"github.com/directdial/directdial/ingest"
	"github.com/directdial/directdial/route"
)

// deskView is the exchange as the desk sees it.
type deskView struct {
	*exchange
	imports ingest.Emit
	sources func(context.Context) ([]directdial.SourceStanding, error)
	status  desk.Status
}

var _ desk.Exchange = deskView{}

// Status implements desk.Exchange.
func (x deskView) Status() desk.Status { return x.status }

func (x deskView) Ledger(ctx context.Context) (*directdial.Ledger, error) {
	return x.router.Ledger(ctx)
}

func (x deskView) Dials(all bool, limit int) ([]desk.DialView, error) {
	dials, err := x.router.Dials(all, limit)
	views := make([]desk.DialView, len(dials))
	for i, d := range dials {
		v := desk.DialView{Dial: d, HolderName: x.name(d.Holder)}
		v.Offer, _ = x.router.Offer(directdial.OfferID(d.ID, d.Hop))
		rec, _ := x.router.Mention(d.Mentions[0])
		if m, err := x.router.ReadMention(context.Background(), rec); err == nil {
			v.Text, v.URL = listed(d.Topic, m.Text), m.URL
		}
		v.Until = x.until(&d)
		for _, id := range d.Next {
			v.NextNames = append(v.NextNames, x.name(id))
		}
		if len(d.Authors) > 0 {
			v.Knows = x.knows(d.Authors[0])
		}
		views[i] = v
	}
	return views, err
}

// listed are words as a list shows them: those that may harm are shown only to
// who asks for them, by `explain`.
func listed(topic, text string) string {
	if topic == directdial.Harm && text != "" {
		return "(hidden: threats, hate or self-harm; directdial explain shows the words)"
	}
	return experts.Clean(text)
}

// until is by when the holder takes an open dial, or answers it; of a late one,
// who takes it when.
func (x deskView) until(d *directdial.Dial) string {
	switch _, by := d.Clock(); {
	case d.Late && !d.Until.IsZero():
		return x.name(d.For) + ", " + x.localTime(d.For, d.Until)
	case by.IsZero():
		return ""
	default:
		return x.localTime(d.Holder, by)
	}
}

// knows is the colleague whom an author is with, nil if there is none.
func (x deskView) knows(author directdial.Key) *desk.Relation {
	expert, since := x.router.Knows(author)
	if expert == "" {
		return nil
	}
	return &desk.Relation{Expert: expert, Name: x.name(expert), Since: since}
}

// parkedWith says for whom a mention waits and until when.
func (x *exchange) parkedWith(rec directdial.MentionRecord) string {
	switch {
	case rec.State != directdial.Parked:
		return ""
	case rec.For == "":
		return fmt.Sprintf("%s: nobody may take it; kept by %s", rec.Reason, x.name(cmp.Or(rec.Owner, "nobody")))
	}
	return fmt.Sprintf("%s: for %s from %s on", rec.Reason, x.name(rec.For), x.localTime(rec.For, rec.Until))
}

// localTime is a time as the clock of an expert shows it.
func (x *exchange) localTime(id string, t time.Time) string {
	zone, err := time.LoadLocation(x.expert(id).Timezone)
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone).Format("Mon 15:04 MST")
}

func (x *exchange) name(id string) string {
	return cmp.Or(x.expert(id).Name, id)
}

func (x deskView) Mentions(ctx context.Context, state directdial.MentionState, limit int) ([]desk.MentionView, error) {
	recs, err := x.router.Mentions(state, limit)
	if err != nil {
		return nil, err
	}
	return x.mentionViews(ctx, recs)
}

// mentionViews are mentions with their words, as far as those are kept.
func (x deskView) mentionViews(ctx context.Context, recs []directdial.MentionRecord) ([]desk.MentionView, error) {
	views := make([]desk.MentionView, len(recs))
	for i, rec := range recs {
		views[i].MentionRecord = rec
		views[i].Waits = x.parkedWith(rec)
		m, err := x.router.ReadMention(ctx, rec)
		if directdial.KindOf(err) == directdial.NotFound && err != nil {
			continue
		}
		if err != nil && rec.State != directdial.DeadLetter {
			return nil, err
		}
		if m != nil {
			views[i].ID, views[i].Text, views[i].URL = experts.Clean(m.ID), listed(rec.Topic, m.Text), m.URL
			views[i].Author = experts.Clean(cmp.Or(m.Author.Handle, m.Author.Name, m.Author.ID))
		}
	}
	return views, nil
}

func (x deskView) Experts(at time.Time) []desk.ExpertView {
	if at.IsZero() {
		at = x.now()
	}
	d := x.config.Load().Directory
	views := make([]desk.ExpertView, len(d.Experts))
	for i := range d.Experts {
		views[i] = x.expertView(&d.Experts[i], at)
	}
	return views
}

func (x deskView) expertView(e *directdial.Expert, at time.Time) desk.ExpertView {
	v := desk.ExpertView{
		At: at, Expert: *e, Duty: x.router.Duty(e, at), Open: x.router.OpenDials(e.ID), Held: x.router.Grants(e.ID, at),
	}
	v.Channels, v.Unreachable = x.router.Channels(e.ID), x.router.Unreachable(e.ID)
	v.Limit, v.Charges = x.router.Budget(e.ID, at), x.router.Charges(e.ID)
	return v
}

// Expert implements desk.Exchange.
func (x deskView) Expert(id string) (*desk.ExpertView, error) {
	e := x.expert(id)
	if e.Name == "" {
		return nil, directdial.Errorf(directdial.NotFound, "there is no expert %q", id)
	}
	v := x.expertView(&e, x.now())
	for i := range v.Held {
		v.Held[i].PerWeek = x.router.PerWeek(id, v.Held[i].Grant)
	}
	return &v, nil
}

// Explain finds the mention by the id or the URL that its platform gave it, or
// by its key, and repeats what was decided.
func (x deskView) Explain(ctx context.Context, mention string) (*desk.Explanation, error) {
	rec, ok := x.find(ctx, mention)
	if !ok {
		return nil, directdial.Errorf(directdial.NotFound, "there is no mention %q: give its id or URL as the platform has it, its key from `directdial mentions`, or its dial", mention)
	}
	receipt, err := x.router.Receipt(ctx, rec.Key)
	if err != nil {
		return nil, err
	}
	e := &desk.Explanation{Receipt: *receipt, Names: x.names(), Zones: x.zones()}
	if d, ok := x.router.Dial(rec.Dial); ok {
		e.Dial = &d
	}
	e.Knows = x.knows(rec.Author)
	if m, err := x.router.ReadMention(ctx, rec); err == nil {
		e.Text = m.Text
	}
	return e, nil
}

// find finds a mention by its key or the beginning of it, by its dial, or by the
// id or the URL that its platform gave it.
func (x deskView) find(ctx context.Context, mention string) (directdial.MentionRecord, bool) {
	if rec, ok := x.router.FindMention(mention); ok {
		return rec, true
	}
	platforms := x.router.Platforms()
	for _, id := range []string{mention, directdial.NormalURL(mention)} {
		for _, platform := range platforms {
			if rec, ok := x.router.Mention(x.keys.Mention(platform, id)); ok {
				return rec, true
			}
		}
	}
	if d, err := x.router.FindDial(mention); err == nil && len(mention) >= 4 {
		return x.router.Mention(d.Mentions[0])
	}
	if strings.Contains(mention, "://") && !strings.Contains(mention, " ") {
		return x.linked(ctx, directdial.NormalURL(mention))
	}
	return directdial.MentionRecord{}, false
}

// linked finds a mention that has an id beside its URL, so that its key says
// nothing of the URL: among the newest, by their text.
func (x deskView) linked(ctx context.Context, url string) (directdial.MentionRecord, bool) {
	const newest = 10_000
	recs, err := x.router.Mentions("", newest)
	if err != nil {
		return directdial.MentionRecord{}, false
	}
	for _, rec := range recs {
		if m, err := x.router.ReadMention(ctx, rec); err == nil && directdial.NormalURL(m.URL) == url {
			return rec, true
		}
	}
	return directdial.MentionRecord{}, false
}

func (x deskView) names() map[string]string {
	names := map[string]string{}
	for _, e := range x.config.Load().Directory.Experts {
		names[e.ID] = cmp.Or(e.Name, e.ID)
	}
	return names
}

// zones are the time zones of the experts who have one.
func (x deskView) zones() map[string]string {
	zones := map[string]string{}
	for _, e := range x.config.Load().Directory.Experts {
		if e.Timezone != "" {
			zones[e.ID] = e.Timezone
		}
	}
	return zones
}

// Everybody implements desk.Exchange.
func (x deskView) Everybody(ctx context.Context, mention string) (*desk.Explanation, error) {
	e, err := x.Explain(ctx, mention)
	if err != nil {
		return nil, err
	}
	c, d, err := x.router.Everybody(ctx, e.Case.Mention.Key)
	e.Anew, e.Case, e.Decision = true, c, d
	e.Differs, e.Equal = nil, false // nothing is compared
	return e, err
}

// Receipts implements desk.Exchange.
func (x deskView) Receipts(ctx context.Context, progress func(done, of uint64)) (*directdial.Receipts, error) {
	return x.router.Receipts(ctx, progress)
}

// Coverage implements desk.Exchange.
func (x deskView) Coverage() (*directdial.Coverage, error) { return x.router.Coverage(x.now()) }

// Backtest implements desk.Exchange.
func (x deskView) Backtest(ctx context.Context, try desk.Rehearsal, progress func(done, of uint64)) (*directdial.Backtest, error) {
	classifier, err := newClassifier(try.Directory)
	if err != nil {
		return nil, err
	}
	plan := route.Plan{Directory: try.Directory, Channels: try.Channels, Classify: classifier.Classify}
	return x.router.Backtest(ctx, plan, try.Since, progress)
}

// Act publishes what a person did and waits for the router's judgement.
func (x deskView) Act(ctx context.Context, dial string, a directdial.Action) (directdial.Judgement, error) {
	switch a.Kind {
	case directdial.ActTake, directdial.ActPass, directdial.ActDecline, directdial.ActAnswered, directdial.ActAsk, directdial.ActHelped, directdial.ActNotYet:
	default:
		x.router.Refused(directdial.Unknown)
		return directdial.Judgement{}, directdial.Errorf(directdial.Invalid, "nothing is called %q: a dial can be taken, passed, declined or answered, a coach asked about it, and its outcome corrected", a.Kind)
	}
	d, err := x.router.FindDial(dial)
	if err != nil {
		x.router.Refused(directdial.Unknown)
		return directdial.Judgement{}, err
	}
	a.Dial, a.Offer = d.ID, directdial.OfferID(d.ID, d.Hop)
	return x.act(ctx, a)
}

// aboutPeople is what can be done that is about people and not about a dial.
var aboutPeople = []directdial.ActionKind{
	directdial.ActAway, directdial.ActBack, directdial.ActTransfer,
	directdial.ActAgree, directdial.ActFewer, directdial.ActNotNow, directdial.ActPractised, directdial.ActRead,
	directdial.ActHalve, directdial.ActWhole, directdial.ActReachable,
}

// Do implements desk.Exchange.
func (x deskView) Do(ctx context.Context, a directdial.Action) (directdial.Judgement, error) {
	if !slices.Contains(aboutPeople, a.Kind) {
		return directdial.Judgement{}, directdial.Errorf(directdial.Invalid, "nothing is called %q", a.Kind)
	}
	return x.act(ctx, a)
}

// Import stores history: heard, never dialled.
func (x deskView) Import(ctx context.Context, mentions []*directdial.Mention) (directdial.Taken, error) {
	items := make([]directdial.Item, len(mentions))
	for i, m := range mentions {
		m.History = true
		items[i] = m
	}
	return x.imports(ctx, items...)
}

func newID() string {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand never fails
	}
	return hex.EncodeToString(b[:])
}
