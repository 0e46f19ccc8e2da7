package config

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"reflect"
	"strings"

	"github.com/directdial/directdial"
)

// entry is the part of the file that belongs to a source or a channel.
type entry struct {
	*load
	dir   string
	node  *node
	at    position // what is wrong with it as a whole is told here
	what  string   // "source crm"
	outer []string // keys that are not the constructor's
}

// entryError is what Decode returns: the problems of one entry.
type entryError []Problem

func (e entryError) Error() string {
	var lines []string
	for _, p := range e {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// decode decodes the entry into a struct of its adapter. It touches nothing of
// the load that another call could touch, since it is called again when the
// load is over.
func (e *entry) decode(into any, h *hidden, report func(Problem)) *decoder {
	own := &load{opt: e.opt, reader: e.reader, hidden: h, at: map[any]position{}, unknown: map[position]bool{}, lacks: map[position][]string{}}
	d := own.decoder(e.dir)
	d.report = report
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("config: %s decodes into %T, which is no pointer to a struct", e.what, into))
	}
	n := e.node
	if n.kind == nullNode {
		n = &node{position: e.at, kind: mappingNode}
	}
	d.structure(n, v.Elem(), e.what, e.outer)
	return d
}

// later is Decode for who makes the adapter once the configuration is read.
func (e *entry) later(into any) error {
	var errs entryError
	e.decode(into, &hidden{}, func(p Problem) {
		if p.Severity == Error {
			errs = append(errs, p)
		}
	})
	if len(errs) > 0 {
		return &directdial.Error{Kind: directdial.Invalid, Err: errs}
	}
	return nil
}

// construct asks the constructor whether the entry is right and reports all
// that is wrong. It returns whether the adapter can be made.
func (e *entry) construct(name string, construct Constructor) bool {
	var last *decoder
	ok := true
	report := func(p Problem) {
		ok = ok && p.Severity == Warning
		e.add(p)
	}
	decode := func(into any) error {
		last = e.decode(into, e.hidden, report)
		if !ok {
			return entryError{}
		}
		return nil
	}
	err := construct(name, decode)
	if last == nil { // it takes no settings, so every key is unknown
		_ = decode(&struct{}{})
	}
	for _, leaf := range leaves(err) {
		if errors.As(leaf, new(entryError)) {
			continue // told already
		}
		p := Problem{Msg: e.hidden.redact(e.named(leaf))}
		var doubt *Doubt
		switch doubted := errors.As(leaf, &doubt); {
		case doubted && len(last.lacks) > 0:
			continue // what is not set may be what is missed
		case doubted:
			p.Severity, p.Hint = Warning, doubt.Hint
		case len(last.lacks) > 0 && e.mayHang(leaf, last):
			p.Severity, p.Hint = Warning, "perhaps because something is not set"
		}
		at := e.fieldOf(leaf)
		p.File, p.Line, p.Column = at.file, at.line, at.column
		report(p)
	}
	for _, names := range last.lacks {
		e.lackedBy[e.what] = append(e.lackedBy[e.what], names...)
	}
	return ok
}

// named is the text of an error that says what it is about.
func (e *entry) named(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	if strings.HasPrefix(text, e.what+": ") {
		return text
	}
	return e.what + ": " + text
}

// leaves takes errors apart that were joined, as errors.Join does it, perhaps
// with something wrapped around.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		several, ok := e.(interface{ Unwrap() []error })
		if !ok {
			continue
		}
		var all []error
		var lines []string
		for _, part := range several.Unwrap() {
			all = append(all, leaves(part)...)
			lines = append(lines, part.Error())
		}
		if e.Error() == strings.Join(lines, "\n") { // else the parts are one sentence
			return all
		}
		break
	}
	return []error{err}
}

// mayHang reports whether an error may hang on something that is not set: it is
// about the entry as a whole, or about a key whose value has a variable.
func (e *entry) mayHang(err error, d *decoder) bool {
	n := e.nodeOf(err)
	return n == e.node || n.holds(func(part *node) bool { return d.unknown[part.position] })
}

// fieldOf returns the position of the key that an error names.
func (e *entry) fieldOf(err error) position {
	if n := e.nodeOf(err); n != e.node {
		return n.position
	}
	return e.at
}

// nodeOf returns the value of the key that an error names, or the whole entry.
func (e *entry) nodeOf(err error) *node {
	var d *directdial.Error
	if errors.As(err, &d) && d.Field != "" {
		return e.node.find(d.Field)
	}
	return e.node
}

// salt makes settings useless to who reads them elsewhere.
var salt = []byte(rand.Text())

// settings is a keyed hash of all that a constructor sees.
func (e *entry) settings() string {
	h := hmac.New(sha256.New, salt)
	e.hash(h, e.node, "")
	return hex.EncodeToString(h.Sum(nil))
}

func (e *entry) hash(h hash.Hash, n *node, key string) {
	text, _, _, _ := expand(n.text, e.opt.Env)
	fmt.Fprintf(h, "%d %d %d %q", n.kind, len(n.items), len(n.pairs), text)
	if strings.HasSuffix(key, fileSuffix) {
		c := e.reader.known(resolve(e.dir, text))
		_, _ = io.WriteString(h, hex.EncodeToString(c.sum[:]))
	}
	for _, item := range n.items {
		e.hash(h, item, "")
	}
	for _, p := range n.pairs {
		fmt.Fprintf(h, "%q", p.key)
		e.hash(h, p.value, p.key)
	}
}
