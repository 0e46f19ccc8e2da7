package index

// Decoded returns what decode makes of a value; data is nil where there is none.
// Readers that belong to the index decode a value once as long as it does not
// change; what is returned is shared, and nobody may change it.
func Decoded[T any](r Reader, bucket, key string, decode func(bucket, key string, data []byte) T) T {
	if found, known := Remembered[T](r, bucket, key); known {
		return found
	}
	m, remembers := r.(rememberer)
	if !remembers {
		return decode(bucket, key, r.Get(bucket, key))
	}
	return m.decoded(bucket, key, func(data []byte) any { return decode(bucket, key, data) }).(T)
}

// Remembered is Decoded for what was decoded before, and false for the rest. Who
// asks often asks here first: it allocates nothing.
func Remembered[T any](r Reader, bucket, key string) (v T, known bool) {
	m, remembers := r.(rememberer)
	if !remembers {
		return v, false
	}
	found, known := m.remembered(bucket, key)
	if !known {
		return v, false
	}
	return found.(T), true
}

// rememberer is a Reader that remembers what values were decoded to.
type rememberer interface {
	remembered(bucket, key string) (v any, known bool)
	decoded(bucket, key string, decode func([]byte) any) any
}

// memo holds decoded values by bucket and key.
type memo map[string]map[string]any

func (m memo) put(bucket, key string, v any) {
	b := m[bucket]
	if b == nil {
		b = map[string]any{}
		m[bucket] = b
	}
	b[key] = v
}

func (d *DB) remembered(bucket, key string) (v any, known bool) {
	d.memoMu.Lock()
	defer d.memoMu.Unlock()
	v, known = d.memo[bucket][key]
	return v, known
}

func (t *Tx) remembered(bucket, key string) (v any, known bool) {
	if _, changed := t.changes[bucket][key]; changed {
		v, known = t.memo[bucket][key]
		return v, known
	}
	return t.db.remembered(bucket, key)
}

func (d *DB) decoded(bucket, key string, decode func([]byte) any) any {
	return d.decode(bucket, key, d.get, decode)
}

// decode returns what is remembered, and else decodes and remembers what get
// reads of the confirmed state.
func (d *DB) decode(bucket, key string, get func(bucket, key string) []byte, decode func([]byte) any) any {
	// Confirm cannot come between reading a value and remembering it.
	d.mu.RLock()
	defer d.mu.RUnlock()
	d.memoMu.Lock()
	defer d.memoMu.Unlock()
	if v, ok := d.memo[bucket][key]; ok {
		return v
	}
	v := decode(get(bucket, key))
	if !d.closed.Load() { // else it may be there, and not be found
		d.memo.put(bucket, key, v)
	}
	return v
}

func (t *Tx) decoded(bucket, key string, decode func([]byte) any) any {
	if v, ok := t.memo[bucket][key]; ok {
		return v
	}
	data, ok := t.changes[bucket][key]
	if !ok {
		return t.db.decoded(bucket, key, decode)
	}
	v := decode(data)
	t.memo.put(bucket, key, v)
	return v
}
