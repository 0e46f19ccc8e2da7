package route

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/internal/index"
)

// A snapshot is the whole index as it was behind one step: all entries of all
// buckets, each as bucket, key and value with their lengths in front, in gzip.
// What says how far the index is comes last, so that an index of which only a
// part was written is nobody's.

// maxEntry bounds what a damaged length makes a reader allocate.
const maxEntry = 64 << 20

// writeIndex writes all entries of an index.
func writeIndex(w io.Writer, v index.Reader) error {
	z := gzip.NewWriter(w)
	out := bufio.NewWriter(z)
	buckets := slices.DeleteFunc(Buckets(), func(b string) bool { return b == bMeta })
	for _, bucket := range append(buckets, bMeta) {
		v.Scan(bucket, "", func(key string, value []byte) bool {
			for _, field := range []string{bucket, key, string(value)} {
				var n [binary.MaxVarintLen64]byte
				// A buffered writer keeps its first error for Flush.
				_, _ = out.Write(n[:binary.PutUvarint(n[:], uint64(len(field)))])
				_, _ = out.WriteString(field)
			}
			return true
		})
	}
	return errors.Join(out.Flush(), z.Close())
}

// readIndex calls put for each entry.
func readIndex(r io.Reader, put func(bucket, key string, value []byte) error) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	in := bufio.NewReader(z)
	known := Buckets()
	for {
		var fields [3][]byte
		for i := range fields {
			fields[i], err = readField(in)
			if errors.Is(err, io.EOF) && i == 0 {
				return nil
			}
			if err != nil {
				return fmt.Errorf("snapshot: %w", errors.Join(err, io.ErrUnexpectedEOF))
			}
		}
		if !slices.Contains(known, string(fields[0])) {
			return directdial.Errorf(directdial.Invalid, "snapshot: there is no bucket %q", fields[0])
		}
		if err := put(string(fields[0]), string(fields[1]), fields[2]); err != nil {
			return err
		}
	}
}

func readField(in *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return nil, err
	}
	if n > maxEntry {
		return nil, fmt.Errorf("an entry of %d bytes", n)
	}
	field := make([]byte, n)
	_, err = io.ReadFull(in, field)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return field, err
}
