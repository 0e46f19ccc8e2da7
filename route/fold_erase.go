package route

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// author notes who wrote a mention, so that all of theirs are found when they
// ask to be forgotten.
func (f *folder) author(rec *directdial.MentionRecord, author directdial.Key) {
	if rec.Author = author; author != "" {
		f.tx.Put(bAuthored, string(author+rec.Key), nil)
	}
}

// copied notes a further message of a mention. One that is gone gets no copies:
// the message is erased, too.
func (f *folder) copied(rec *directdial.MentionRecord, seq uint64) {
	switch {
	case seq == 0 || rec.Key == "": // told by a source, or of a mention that is not known
	case rec.Gone():
		f.tx.Put(bErase, seqKey(seq), []byte(rec.Key))
	default:
		f.tx.Put(bCopies, string(rec.Key)+seqKey(seq), nil)
	}
}

// erased takes from a mention all that tells of its author. What stays is that
// it was there, so that it balances and is not dialled again.
func (f *folder) erased(e *directdial.Event) {
	if e.Mention == "" {
		f.forgotten(e.Author)
		return
	}
	rec, ok := get[directdial.MentionRecord](f.tx, bMentions, string(e.Mention))
	if !ok || rec.State == directdial.Erased {
		return
	}
	author := rec.Author
	f.uncount(rec)
	rec.State, rec.Reason, rec.Decided = directdial.Erased, e.Reason, f.step.At
	rec.Text, rec.Author, rec.Reach = "", "", directdial.Reach{}
	rec.Owner, rec.For, rec.Until = "", "", time.Time{}
	put(f.tx, bMentions, string(rec.Key), rec)
	f.count(rec)
	f.eraseText(&rec)
	if author == "" {
		return
	}
	f.tx.Delete(bAuthored, string(author+rec.Key))
	if len(authored(f.tx, author, 1)) == 0 {
		f.tx.Delete(bForget, string(author))
		f.tx.Delete(bAuthors, string(author))
	}
	if d, ok := get[directdial.Dial](f.tx, bDials, rec.Dial); ok {
		d.Authors = slices.DeleteFunc(d.Authors, func(k directdial.Key) bool { return k == author })
		f.dial(&d)
	}
}

// forgotten notes an author of whom mentions are left to erase: further steps
// follow until there are none.
func (f *folder) forgotten(author directdial.Key) {
	f.tx.Delete(bAuthors, string(author))
	if len(authored(f.tx, author, 1)) > 0 {
		f.tx.Put(bForget, string(author), nil)
	}
}

// eraseText has all messages of a mention overwritten, and the words taken from
// every card that shows them: also from those of earlier holders.
func (f *folder) eraseText(rec *directdial.MentionRecord) {
	for _, seq := range messages(f.tx, rec) {
		f.tx.Put(bErase, seqKey(seq), []byte(rec.Key))
	}
	f.deleteAll(bCopies, string(rec.Key))
	f.showSample(rec)
	d, ok := get[directdial.Dial](f.tx, bDials, rec.Dial)
	if !ok {
		return
	}
	f.show(&d, false)
	for hop := 1; hop < d.Hop; hop++ {
		if o, ok := get[directdial.Offer](f.tx, bOffers, directdial.OfferID(d.ID, hop)); ok && o.Ref != "" {
			o.Revision = d.Revision
			f.offer(o, false)
		}
	}
}

// wiped takes messages off the list of those to overwrite.
func (f *folder) wiped(e *directdial.Event) {
	for _, seq := range e.Seqs {
		f.tx.Delete(bErase, seqKey(seq))
	}
	add(f.tx, countRemoved+"erased", len(e.Seqs))
}

// countRemoved counts what was removed for good, by why.
const countRemoved = "removed/"

// messages are the sequences of a mention in MENTIONS whose text has not
// expired, its first before the others.
func messages(r index.Reader, rec *directdial.MentionRecord) (seqs []uint64) {
	old := textExpired(r)
	if rec.First > old {
		seqs = append(seqs, rec.First)
	}
	r.Scan(bCopies, string(rec.Key), func(k string, _ []byte) bool {
		if seq := parseSeq(k[len(rec.Key):]); seq > old {
			seqs = append(seqs, seq)
		}
		return true
	})
	return seqs
}

// authored lists mentions of an author, at most limit.
func authored(r index.Reader, author directdial.Key, limit int) (keys []directdial.Key) {
	r.Scan(bAuthored, string(author), func(k string, _ []byte) bool {
		keys = append(keys, directdial.Key(k[len(author):]))
		return len(keys) < limit
	})
	return keys
}

// seqKey is a sequence as a key that sorts like the number.
func seqKey(seq uint64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, seq))
}

func parseSeq(key string) uint64 {
	seq, err := strconv.ParseUint(key, 16, 64)
	if err != nil {
		panic("index: sequence " + strconv.Quote(key)) // the index is ours alone
	}
	return seq
}
