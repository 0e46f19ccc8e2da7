package index

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// Once calls f with a Reader of what r reads, for many small reads in a row: of
// a Tx, the file is opened for reading once and not for each of them. f must not
// change the index.
func Once(r Reader, f func(Reader)) {
	t, ok := r.(*Tx)
	if !ok {
		f(r)
		return
	}
	file, err := t.db.bolt.Begin(false)
	if err != nil { // it is closed: see DB.Get
		f(t)
		return
	}
	defer func() { _ = file.Rollback() }() // of reading, which cannot fail
	f(&once{t, file})
}

// once reads through a Tx while the file is open for reading. Confirm and Commit
// are called by who reads, so neither can come in between. It never opens the
// file a second time: whoever closes it then would wait for ever.
type once struct {
	*Tx
	file *bbolt.Tx
}

func (o *once) Get(bucket, key string) []byte {
	if v, ok := o.changes[bucket][key]; ok {
		return bytes.Clone(v)
	}
	o.db.mu.RLock()
	defer o.db.mu.RUnlock()
	return o.confirmed(bucket, key)
}

// confirmed is Get below the changes of the Tx.
func (o *once) confirmed(bucket, key string) []byte {
	if v, ok := o.db.pending[bucket][key]; ok {
		return bytes.Clone(v)
	}
	return bytes.Clone(o.file.Bucket([]byte(bucket)).Get([]byte(key)))
}

func (o *once) decoded(bucket, key string, decode func([]byte) any) any {
	if _, changed := o.changes[bucket][key]; changed {
		return o.Tx.decoded(bucket, key, decode)
	}
	return o.db.decode(bucket, key, o.confirmed, decode)
}

func (o *once) Scan(bucket, prefix string, f func(key string, value []byte) bool) {
	o.db.mu.RLock()
	defer o.db.mu.RUnlock()
	merge(o.file, bucket, prefix, []map[string][]byte{o.changes[bucket], o.db.pending[bucket]}, f)
}
