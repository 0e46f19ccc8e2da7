package route

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// The buckets of the index. Every one is a fold of DIALS and of nothing else.
const (
	bMeta     = "meta"     // applied step, its hash, positions
	bMentions = "mentions" // key → MentionRecord
	bDials    = "dials"    // id → Dial
	bOpen     = "open"     // ids of open dials
	bParents  = "parents"  // key of a post → id of the dial of its conversation
	bOffers   = "offers"   // id → Offer
	bOutbox   = "outbox"   // ids of offers whose card is not as it should be
	bParked   = "parked"   // keys of parked mentions
	bTimers   = "timers"   // time, first sequence and key of a parked mention → nothing
	bClocks   = "clocks"   // time and id of an open dial to which something happens then → nothing
	bExperts  = "experts"  // id → load
	bAuthors  = "authors"  // key of an author → who was dialled for them
	bBursts   = "bursts"   // topic → its latest dials
	bCounts   = "counts"   // name → number
	bCopies   = "copies"   // key of a mention and a sequence: its messages after the first
	bAuthored = "authored" // key of an author and of a mention
	bForget   = "forget"   // keys of authors whose mentions are being erased
	bEarly    = "early"    // keys of mentions whose deletion came before they did
	bGaps     = "gaps"     // name of a source → directdial.SourceGaps
	bAnswered = "answered" // time and id of a dial whose author has not said yet whether the answer helped → nothing
	bGrants   = "grants"   // id of an expert → what was said about their grants
	bCovers   = "covers"   // topic and id of an expert: a grant that an event gave or changed
	bGroups   = "groups"   // key of what posts say → group
	bHolders  = "holders"  // account of a brand, in one spelling → charge
	bOwners   = "owners"   // topic → charge
	bMuted    = "muted"    // key of an author → directdial.Mute
	bGrouped  = "grouped"  // time of the last post of a group and its key → nothing
	bErase    = "erase"    // sequence in MENTIONS whose bytes are to be overwritten → key of its mention
)

// Buckets lists the buckets that the index needs.
func Buckets() []string {
	return []string{
		bMeta, bMentions, bDials, bOpen, bParents, bOffers, bOutbox,
		bParked, bTimers, bClocks, bExperts, bAuthors, bBursts, bCounts,
		bCopies, bAuthored, bForget, bErase, bEarly, bGaps, bAnswered,
		bGrants, bCovers, bGroups, bGrouped, bMuted, bHolders, bOwners,
	}
}

// meta says how far the index has folded the log.
type meta struct {
	V        int       `json:"v"`       // of the fold: another version folds anew
	Applied  uint64    `json:"applied"` // sequence in DIALS
	Hash     string    `json:"hash"`    // of that step
	At       time.Time `json:"at"`      // of that step
	Mentions uint64    `json:"mentions"`
	Actions  uint64    `json:"actions"`
	Key      string    `json:"key,omitempty"` // fingerprint of the key of the last writer
}

// load is what an expert has on their plate.
type load struct {
	Open    int         `json:"open"`
	Dials   []time.Time `json:"dials,omitempty"`   // of the last 24 hours before the newest, at most maxLoad
	Notice  time.Time   `json:"notice,omitzero"`   // when they were told last what is parked with them
	Noticed string      `json:"noticed,omitempty"` // the offer of that notice
	Away    *absence    `json:"away,omitempty"`    // they said that they are not there
	// Unreachable are the channels that do not lead to them, since when.
	Unreachable map[string]time.Time `json:"unreachable,omitempty"`
}

// absence is a time in which somebody is not there, as they or their coach said.
type absence struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"` // zero: until they say that they are back
}

// holds reports whether somebody is away at an instant; nil is nobody.
func (a *absence) holds(at time.Time) bool {
	return a != nil && (a.Until.IsZero() || at.Before(a.Until))
}

// maxLoad bounds what is remembered of who is dialled all day, which is who has
// no budget. A budget of more dials a day than that bounds nothing.
const maxLoad = 200

// relation is to whom an author belongs: who answered them last, or, as long as
// nobody has, who was dialled for them last.
type relation struct {
	Expert   string    `json:"expert"`
	Answered bool      `json:"answered,omitempty"`
	Since    time.Time `json:"since"` // unbroken since then
	At       time.Time `json:"at"`
}

// burst is what a topic brought lately.
type burst struct {
	Opened []time.Time `json:"opened"` // the newest maxBurst dials
	Dial   string      `json:"dial"`   // the newest
}

const maxBurst = 100

func get[T any](r index.Reader, bucket, key string) (v T, ok bool) {
	data := r.Get(bucket, key)
	if data == nil {
		return v, false
	}
	if err := json.Unmarshal(data, &v); err != nil {
		// The index is ours alone: what it holds was written by put.
		panic(fmt.Sprintf("index: %s %q: %v", bucket, key, err))
	}
	return v, true
}

// shared is get for what is read often, zero if it is not there: the value is
// decoded once as long as it does not change, and nobody may change it.
func shared[T any](r index.Reader, bucket, key string) *T {
	if v, known := index.Remembered[*T](r, bucket, key); known {
		return v
	}
	return index.Decoded(r, bucket, key, decode[T])
}

func decode[T any](bucket, key string, data []byte) *T {
	v := new(T)
	if data == nil {
		return v
	}
	if err := json.Unmarshal(data, v); err != nil {
		panic(fmt.Sprintf("index: %s %q: %v", bucket, key, err)) // see get
	}
	return v
}

func put(tx *index.Tx, bucket, key string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("index: %s %q: %v", bucket, key, err))
	}
	tx.Put(bucket, key, data)
}

// add changes a counter.
func add(tx *index.Tx, name string, n int) {
	tx.Put(bCounts, name, strconv.AppendInt(nil, int64(count(tx, name)+n), 10))
}

func count(r index.Reader, name string) int {
	n, _ := strconv.Atoi(string(r.Get(bCounts, name)))
	return n
}

// clockKey sorts by time and then by dial.
func clockKey(at time.Time, dial string) string {
	return fmt.Sprintf("%016x", at.UnixMilli()) + dial
}

func parseClock(k string) (at time.Time, dial string) {
	milli, err := strconv.ParseInt(k[:16], 16, 64)
	if err != nil {
		panic(fmt.Sprintf("index: clock %q: %v", k, err))
	}
	return time.UnixMilli(milli).UTC(), k[16:]
}

// timerKey sorts by time and then by who came first; seq is the first of the
// mention in MENTIONS.
func timerKey(at time.Time, seq uint64, key directdial.Key) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli()))
	binary.BigEndian.PutUint64(b[8:], seq)
	return hex.EncodeToString(b[:]) + string(key)
}

func parseTimer(k string) (at time.Time, key directdial.Key) {
	b, err := hex.DecodeString(k[:32])
	if err != nil {
		panic(fmt.Sprintf("index: timer %q: %v", k, err))
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b))).UTC(), directdial.Key(k[32:])
}
