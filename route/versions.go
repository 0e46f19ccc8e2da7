package route

import (
	"encoding/json"

	"github.com/directdial/directdial"
)

// Every message says which version of its format it has. A program reads the
// newest version that it knows and the one before, so that it can be updated
// while the log holds messages of the last one, and be taken back by one.
//
// readers are those two versions of one format. When a format changes, its new
// version gets a reader, and the reader of the version before turns what it
// reads into the new form; what is older goes.
type readers[T any] map[int]func(data []byte, into *T) error

// The readers of each format.
var (
	stepReaders    = readers[directdial.Step]{1: plain[directdial.Step]}
	mentionReaders = readers[directdial.Mention]{1: plain[directdial.Mention]}
	actionReaders  = readers[directdial.Action]{1: plain[directdial.Action]}
)

// An index of another version is folded anew; what the log was cut behind cannot
// be. So snapshots, too, are read in the newest version of the index and in the
// one before: an entry reader turns an entry of its version into those of today,
// which it puts.
type entryReader func(put putEntry, bucket, key string, value []byte) error

type putEntry func(bucket, key string, value []byte) error

// entryReaders are the versions of the index (foldVersion) that snapshots are
// read in. No snapshot was ever made of a version before firstSnapshot.
var entryReaders = map[int]entryReader{2: entryOf2, 3: sameEntry}

const firstSnapshot = 2

func sameEntry(put putEntry, bucket, key string, value []byte) error { return put(bucket, key, value) }

// entryOf2 gives an offer its kind of card: version 2 only knew notices. Of gaps
// it knew how many there were, and nothing else. Its dials waited for no
// clock, and not for their authors once they were answered. An author belonged to
// who was dialled last, as they now do to who answered.
func entryOf2(put putEntry, bucket, key string, value []byte) error {
	switch bucket {
	case bDials:
		return dialOf2(put, key, value)
	case bOffers:
		return offerOf2(put, key, value)
	case bAuthors:
		return relationOf2(put, key, value)
	}
	return put(bucket, key, value)
}

func dialOf2(put putEntry, key string, value []byte) error {
	var d directdial.Dial
	if err := json.Unmarshal(value, &d); err != nil {
		return err
	}
	if d.Due = nextDue(&d); !d.Due.IsZero() {
		if err := put(bClocks, clockKey(d.Due, d.ID), nil); err != nil {
			return err
		}
	}
	if d.State == directdial.Answered && !d.Answered.IsZero() {
		if err := put(bAnswered, answeredKey(&d), nil); err != nil {
			return err
		}
	}
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return put(bDials, key, data)
}

func relationOf2(put putEntry, key string, value []byte) error {
	var r relation
	if err := json.Unmarshal(value, &r); err != nil {
		return err
	}
	r.Answered = true
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return put(bAuthors, key, data)
}

func offerOf2(put putEntry, key string, value []byte) error {
	var o struct {
		directdial.Offer
		Notice bool `json:"notice"`
	}
	if err := json.Unmarshal(value, &o); err != nil {
		return err
	}
	if o.Notice {
		o.Card = directdial.NoticeCard
	}
	data, err := json.Marshal(o.Offer)
	if err != nil {
		return err
	}
	return put(bOffers, key, data)
}

// plain reads a version whose form is that of the type.
func plain[T any](data []byte, into *T) error { return json.Unmarshal(data, into) }

// read reads a message of any version that is known. Errors have kind Invalid.
func (r readers[T]) read(data []byte, newest int, into *T) error {
	var said struct{ V int }
	if err := json.Unmarshal(data, &said); err != nil {
		return directdial.Errorf(directdial.Invalid, "%w", err)
	}
	reader, ok := r[said.V]
	if !ok {
		return directdial.Errorf(directdial.Invalid, "version %d, this program reads %d to %d", said.V, oldestOf(newest), newest)
	}
	if err := reader(data, into); err != nil {
		return directdial.Errorf(directdial.Invalid, "%w", err)
	}
	return nil
}

// oldestOf is the oldest version that is read beside the newest.
func oldestOf(newest int) int { return max(newest-1, 1) }
