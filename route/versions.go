package route

import (
	"encoding/json"
	"fmt"

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
// read in.
var entryReaders = map[int]entryReader{4: entryOf4, 5: sameEntry}

func sameEntry(put putEntry, bucket, key string, value []byte) error { return put(bucket, key, value) }

// entryOf4 takes each yes of an event for one that was said by card: version 4 did
// not know which only the configuration had said.
func entryOf4(put putEntry, bucket, key string, value []byte) error {
	if bucket != bGrants {
		return put(bucket, key, value)
	}
	var p colleague
	if err := json.Unmarshal(value, &p); err != nil {
		return err
	}
	for i := range p.Said {
		s := &p.Said[i]
		s.Yes = s.Grant != nil && !s.Ended && !s.Grant.Agreed.IsZero()
		s.Done = s.Yes && !s.Grant.Practised.IsZero()
	}
	return put(bucket, key, encode(p))
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
		return directdial.Errorf(directdial.Invalid, "%w", &versionError{said.V, newest})
	}
	if err := reader(data, into); err != nil {
		return directdial.Errorf(directdial.Invalid, "%w", err)
	}
	return nil
}

// versionError says that a message is of a version that has no reader.
type versionError struct{ said, newest int }

func (e *versionError) Error() string {
	return fmt.Sprintf("version %d, this program reads %d to %d", e.said, oldestOf(e.newest), e.newest)
}

// oldestOf is the oldest version that is read beside the newest.
func oldestOf(newest int) int { return max(newest-1, 1) }
