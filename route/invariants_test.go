package route

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/bus"
	"github.com/directdial/directdial/internal/index"
)

// check holds what must hold at any moment in which nothing waits.
func (x *exchange) check() {
	x.t.Helper()
	x.settle()
	x.checkLedger()
	x.checkFold()
	x.checkEvents()
	x.checkOwners()
	x.checkBacktest()
	x.checkReceipts()
}

// checkReceipts: deciding again on each receipt leads to what stands beside it.
func (x *exchange) checkReceipts() {
	x.t.Helper()
	all, err := x.router.Receipts(context.Background(), func(uint64, uint64) {})
	if err != nil || all.Differ != 0 || all.Equal != all.Decided {
		x.t.Errorf("receipts: %+v, %v", all, err)
	}
}

// checkBacktest: under the same plan everything is decided as it was.
func (x *exchange) checkBacktest() {
	x.t.Helper()
	if len(x.plans) > 1 {
		return
	}
	b, err := x.router.Backtest(context.Background(), x.plan, time.Time{}, func(uint64, uint64) {})
	if err != nil {
		x.t.Fatalf("backtest: %v", err)
	}
	if b.Differ != 0 {
		x.t.Errorf("the same plan decides %d of %d otherwise: %+v", b.Differ, b.Decided, b.Changes)
	}
}

// checkOwners: every open dial is with somebody, or says why it is with nobody,
// and waits for no time that is over.
func (x *exchange) checkOwners() {
	x.t.Helper()
	dials, err := x.router.Dials(false, 1000)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	now := directdial.Clock(time.Now())
	for i := range dials {
		d := &dials[i]
		if d.Holder == "" && (!d.Late || d.Reason == "") {
			x.t.Errorf("nobody has the dial %+v", d)
		}
		if _, end := d.Clock(); !end.IsZero() && !end.After(now) {
			x.t.Errorf("at %s the clock of %+v is over", now, d)
		}
	}
}

// checkLedger: both equations hold, nothing waits, and each mention that was
// published is in a state.
func (x *exchange) checkLedger() {
	x.t.Helper()
	l, err := x.router.Ledger(context.Background())
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	if !l.Balanced() || l.Waiting != 0 {
		x.t.Errorf("the ledger: %d waiting, damage %q", l.Waiting, l.Damage)
	}
	if l.Dials != l.Open+l.Answered+l.Declined+l.Withdrawn+l.Removed {
		x.t.Errorf("%d dials = %d open + %d answered + %d declined + %d withdrawn?", l.Dials, l.Open, l.Answered, l.Declined, l.Withdrawn)
	}
	for key, m := range x.said {
		if rec, ok := x.router.Mention(key); !ok || rec.State == "" {
			x.t.Errorf("mention %s is in no state", m.ID)
		}
	}
}

// checkFold: an index that is folded anew is equal in every bucket.
func (x *exchange) checkFold() {
	x.t.Helper()
	x.opened++
	db, err := index.Open(filepath.Join(x.dir, fmt.Sprintf("fold%d.db", x.opened)), Buckets()...)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	defer func() { _ = db.Close() }()
	if err := x.newRouter(db).Recover(context.Background()); err != nil {
		x.t.Fatalf("fold the log anew: %v", err)
	}
	if diff := difference(dump(x.t, x.db), dump(x.t, db)); diff != "" {
		x.t.Errorf("the index is not the fold of the log: %s", diff)
	}
	// The start above begins with a snapshot where there is one.
	state, err := x.bus.State(context.Background(), bus.Dials)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	if s, ok := get[snapshotted](x.db, bMeta, snapshotKey); ok && s.Whole && state.First == 1 {
		if diff := difference(dump(x.t, x.db), x.folded()); diff != "" {
			x.t.Errorf("the index is not the fold of the whole log: %s", diff)
		}
	}
}

// dump is every bucket, byte for byte.
func dump(t tester, db *index.DB) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	err := db.View(func(v index.Reader) {
		for _, b := range Buckets() {
			all[b] = map[string]string{}
			v.Scan(b, "", func(k string, value []byte) bool {
				all[b][k] = string(value)
				return true
			})
		}
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return all
}

func difference(a, b map[string]map[string]string) string {
	var out []string
	for _, bucket := range Buckets() {
		keys := maps.Clone(a[bucket])
		maps.Copy(keys, b[bucket])
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			if a[bucket][k] != b[bucket][k] {
				out = append(out, fmt.Sprintf("%s %q: %q and %q", bucket, k, a[bucket][k], b[bucket][k]))
			}
		}
	}
	return strings.Join(out, "\n")
}

// checkEvents reads the whole log and holds each step to the rules that do not
// need the router: nobody who is not enabled is offered a dial, takes one or
// gets one back; a step follows the one before.
func (x *exchange) checkEvents() {
	x.t.Helper()
	var mentions, actions uint64
	log, err := x.bus.State(context.Background(), bus.Dials)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	a := auditor{
		x: x, speech: newSpeech(), presence: newPresence(),
		dials: map[string]matter{}, held: map[string][]string{}, mutes: map[directdial.Key]time.Time{},
		taken: map[uint64]bool{}, dead: map[directdial.Key]bool{},
	}
	state, err := x.bus.State(context.Background(), bus.Dials)
	if err != nil {
		x.t.Fatalf("%v", err)
	}
	a.cut = state.First > 1
	for i, s := range x.steps() {
		seq := log.First + uint64(i) // behind a snapshot it may have been cut
		if s.Mentions < mentions || s.Actions < actions {
			x.t.Errorf("step %d: the positions go back", seq)
		}
		mentions, actions = s.Mentions, s.Actions
		a.begin(s, x.inForce(seq))
		a.takeIn(s)
		for i := range s.Events {
			wantDocumented(x.t, &s.Events[i])
			a.event(&s.Events[i])
		}
	}
}

func (x *exchange) inForce(step uint64) (d *directdial.Directory) {
	for _, p := range x.plans {
		if p.from <= step {
			d = p.Directory
		}
	}
	return d
}

// auditor follows the log and knows of each dial what it is about.
type auditor struct {
	cut   bool                    // the log does not begin with its first step
	taken map[uint64]bool         // messages of MENTIONS that count
	dead  map[directdial.Key]bool // what could not be read
	x     *exchange
	dials map[string]matter
	held  map[string][]string // who could not or would not, by dial
	mutes map[directdial.Key]time.Time
	*speech
	*presence

	// of the step
	configured *directdial.Directory
	directory  *directdial.Directory // with the grants as they hold
	at         time.Time
	byHand     bool
	reply      directdial.Key // what was said to bring it about, if that joined a dial
}

func (a *auditor) begin(s *directdial.Step, d *directdial.Directory) {
	a.speech.restated(d)
	a.configured, a.directory, a.at, a.byHand, a.reply = d, a.speech.directory(d, s.At), s.At, false, ""
	for _, e := range s.Events {
		a.byHand = a.byHand || (e.Kind == directdial.EvHandedOff && e.Reason == directdial.TakenOver)
	}
}

// takeIn holds that each message of MENTIONS counts once: a dead letter that is
// replayed is taken back, and one event stands in its place.
func (a *auditor) takeIn(s *directdial.Step) {
	now := map[uint64]bool{}
	for i := range s.Events {
		e := &s.Events[i]
		switch e.Kind {
		case directdial.EvReplayed:
			if !a.dead[e.Mention] && !a.cut || i != 0 || len(s.Events) == 1 {
				a.x.t.Errorf("what is replayed is no dead letter, or nothing stands behind it: %s", encode(s))
			}
			delete(a.dead, e.Mention)
			delete(a.taken, e.Seq)
		case directdial.EvDeadLettered:
			a.dead[e.Mention] = true
			now[e.Seq] = true
		case directdial.EvRepeated, directdial.EvEdited:
			now[e.Seq] = true // what an edit makes of a dead letter stands behind it
		case directdial.EvSuppressed, directdial.EvParked, directdial.EvJoined:
			delete(a.dead, e.Mention)
			now[e.Seq] = true
		case directdial.EvOffered:
			if e.Mention != "" {
				delete(a.dead, e.Mention)
				now[e.Seq] = true
			}
		case directdial.EvErased:
			delete(a.dead, e.Mention)
		}
	}
	delete(now, 0) // of what was read before
	for seq := range now {
		if a.taken[seq] {
			a.x.t.Errorf("message %d counts twice: %s", seq, encode(s))
		}
		a.taken[seq] = true
	}
}

func (a *auditor) event(e *directdial.Event) {
	if wrong := a.hear(a.configured, a.at, e); wrong != "" && !a.cut {
		a.x.t.Errorf("%s: %s: %s", e.Kind, wrong, encode(e))
	}
	if e.GrantID != "" || e.Kind == directdial.EvTransferred || e.Kind == directdial.EvPolicy || e.Kind == directdial.EvRead {
		a.directory = a.speech.directory(a.configured, a.at)
	}
	if _, opened := a.dials[e.Dial]; !opened && e.Mention == "" && a.cut {
		return // the log was cut behind its beginning
	}
	late := a.late[e.Dial] // with its owner, who was not dialled
	if wrong := a.presence.event(a.configured, e, a.at); wrong != "" {
		a.x.t.Errorf("%s: %s: %s", e.Kind, wrong, encode(e))
	}
	switch e.Kind {
	case directdial.EvMuted:
		a.mutes[e.Author] = e.Until
	case directdial.EvUnmuted:
		delete(a.mutes, e.Author)
	case directdial.EvJoined:
		a.heard(e)
		if d, known := a.dials[e.Dial]; known && restrictedIn(a.configured, e.Topic) && d.topic != e.Topic {
			a.x.t.Errorf("what is about %s, which is restricted, joined a dial about %q", e.Topic, d.topic)
		}
		a.reply = e.Mention
	case directdial.EvOffered:
		if e.Mention != "" {
			a.heard(e)
			a.dials[e.Dial] = matter{tag: e.Tag, topic: e.Topic, platform: e.Platform, lang: a.language(e.Mention), audience: a.audience(e.Mention)}
		}
		a.offered(e)
	case directdial.EvEdited:
		a.edited(e)
	case directdial.EvAccepted, directdial.EvReopened:
		if e.Expert != "" && !enabledFor(a.directory, e.Expert, a.matter(e), a.at) {
			a.x.t.Errorf("%s %s, who is not enabled for %+v at %s", e.Kind, e.Expert, a.matter(e), a.at)
		}
	case directdial.EvExpiredPeople:
		delete(a.held, e.Dial) // nobody knows any more who it was
	case directdial.EvHandedOff:
		if e.Reason != directdial.Lapsed && e.Reason != directdial.GateClosed && !late {
			a.held[e.Dial] = append(a.held[e.Dial], e.From)
		}
	}
}

func restrictedIn(d *directdial.Directory, topic string) bool {
	return topic == directdial.Harm || slices.ContainsFunc(d.Topics, func(t directdial.Topic) bool { return t.Name == topic && t.Restricted })
}

// edited holds that a dial of which a post may harm now, or is about a restricted
// topic, as its text says, is about that from then on.
func (a *auditor) edited(e *directdial.Event) {
	m, ok := a.dials[e.Dial]
	if !ok {
		return
	}
	msg, err := a.x.bus.Get(context.Background(), bus.Mentions, e.Seq)
	brought := ""
	for _, topic := range []string{"recall", "harm"} {
		if err == nil && strings.Contains(string(msg.Data), "#"+topic) && restrictedIn(a.configured, topic) {
			brought = topic
		}
	}
	if brought != "" && m.topic != directdial.Harm && m.topic != brought && e.Topic != brought {
		a.x.t.Errorf("an edit brought in %s, and its dial is about %q", brought, m.topic)
	}
	if e.Topic != "" {
		m.topic, m.tag = e.Topic, e.Tag
		a.dials[e.Dial] = m
		a.reply = e.Mention
	}
}

// heard holds that a mention that is dialled is not by an author who is muted.
func (a *auditor) heard(e *directdial.Event) {
	by := a.x.said[e.Mention]
	author := a.x.keys.Author(by.Platform, by.Author.Identity())
	if until, ok := a.mutes[author]; ok && author != "" && a.at.Before(until) {
		a.x.t.Errorf("%s by an author who is muted until %s", e.Kind, until)
	}
}

// matter is what an event is about: the dial, in the language of who wrote last
// where that brought it about.
func (a *auditor) matter(e *directdial.Event) matter {
	m, ok := a.dials[e.Dial]
	if d, known := a.x.router.Dial(e.Dial); !ok && known { // opened before the log was cut
		m = matter{tag: d.Tag, topic: d.Topic, platform: d.Platform, lang: a.language(d.Mentions[0]), audience: a.audience(d.Mentions[0])}
	}
	if a.reply != "" {
		m.lang = a.language(a.reply)
	}
	return m
}

func (a *auditor) offered(e *directdial.Event) {
	t, m := a.x.t, a.matter(e)
	if !enabledFor(a.directory, e.Expert, m, a.at) {
		t.Errorf("offered to %s, who is not enabled for %+v at %s", e.Expert, m, a.at)
	}
	if !a.byHand && (!onDuty(a.directory, e.Expert, a.at) || a.gone(e.Expert, a.at)) {
		t.Errorf("offered to %s, who is off duty at %s", e.Expert, a.at)
	}
	if !a.byHand && slices.Contains(a.held[e.Dial], e.Expert) {
		t.Errorf("%s goes back to %s", e.Dial, e.Expert)
	}
	if last := lastMoment(a.directory, e.Expert, m, a.at, e.AcceptBy, a.gone(e.Expert, a.at)); !e.SendBefore.Equal(last) {
		t.Errorf("the card of %s may be sent before %s, want %s", e.Expert, e.SendBefore, last)
	}
	if e.Channel == "" {
		t.Errorf("the offer to %s names no channel", e.Expert)
	}
}

func (a *auditor) language(key directdial.Key) string {
	m := a.x.said[key]
	return testClassify(m.Text, m.Lang).Lang
}

// audience is how many people a post reached when it came, in two digits.
func (a *auditor) audience(key directdial.Key) int {
	return roughly(max(a.x.said[key].Author.Followers, a.x.said[key].Reach.Views))
}
