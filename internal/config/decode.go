package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/setting"
	"github.com/directdial/directdial/internal/suggest"
)

// decoder decodes nodes into structs, strictly, and goes on after a mistake.
type decoder struct {
	*load
	dir    string        // that relative paths in the file start from
	report func(Problem) // takes what is wrong
	// foreign are the keys that a map with the tag ",inline" takes: the names
	// of channels in an expert.
	foreign []string
	visits  int // how many nodes were decoded
	failed  int // how often something was wrong
}

// selfDecoder is a type of this package that may be written in more than one
// way.
type selfDecoder interface {
	decodeNode(d *decoder, n *node, key string)
}

func (d *decoder) fail(at position, hint, format string, args ...any) {
	if d.unknown[at] {
		return // nobody knows its value, or it was told already
	}
	d.failed++
	d.tell(Error, at, hint, fmt.Sprintf(format, args...))
}

// bad is fail for a value about which nothing else needs to be said.
func (d *decoder) bad(at position, hint, format string, args ...any) {
	d.fail(at, hint, format, args...)
	d.unknown[at] = true
}

func (d *decoder) warn(at position, hint, format string, args ...any) {
	d.tell(Warning, at, hint, fmt.Sprintf(format, args...))
}

func (d *decoder) tell(s Severity, at position, hint, msg string) {
	d.report(Problem{
		File: at.file, Line: at.line, Column: at.column, Severity: s,
		Msg: d.hidden.redact(msg), Hint: d.hidden.redact(hint),
	})
}

// decode decodes n into v, which is addressable. key is what messages call it.
// Nothing is left out: v keeps what it has.
func (d *decoder) decode(n *node, v reflect.Value, key string) {
	if d.visits++; d.visits > maxVisit {
		if d.visits == maxVisit+1 {
			d.fail(n.position, "", "the aliases up to here repeat more than can be read")
		}
		return
	}
	if n.kind == nullNode || n.kind == lostNode {
		return
	}
	d.mark(v, n.position)
	switch x := v.Addr().Interface().(type) {
	case *secret.Value:
		d.secret(n, x, key)
	case *time.Duration:
		d.parsed(n, key, func(s string) (err error) {
			*x, err = setting.ParseDuration(s)
			return err
		})
	case selfDecoder:
		x.decodeNode(d, n, key)
	case encoding.TextUnmarshaler:
		d.parsed(n, key, func(s string) error { return x.UnmarshalText([]byte(s)) })
	default:
		d.decodeKind(n, v, key)
	}
}

func (d *decoder) decodeKind(n *node, v reflect.Value, key string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.decode(n, v.Elem(), key)
	case reflect.Struct:
		d.structure(n, v, key, nil)
	case reflect.Slice:
		d.list(n, v, key)
	case reflect.Map:
		d.mapping(n, v, key)
	default:
		d.basic(n, v, key)
	}
}

// wants reports whether n is of that kind, and says so if it is not.
func (d *decoder) wants(n *node, kind nodeKind, key string) bool {
	if n.kind == kind || n.kind == lostNode {
		return n.kind == kind
	}
	hint := ""
	if kind == listNode && n.kind == scalarNode {
		hint = "write it in brackets: [" + clip(n.text) + "]"
	}
	d.bad(n.position, hint, "%s: must be %v, and is %v", key, kind, n.kind)
	return false
}

func (d *decoder) list(n *node, v reflect.Value, key string) {
	if !d.wants(n, listNode, key) {
		return
	}
	// Made at its full length before the first element is decoded: marks are
	// addresses, and must not move.
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		if item.kind == nullNode {
			d.fail(item.position, "", "%s: item %d is empty", key, i+1)
			continue
		}
		d.decode(item, v.Index(i), key+": item "+strconv.Itoa(i+1))
		if d.visits > maxVisit {
			v.SetLen(i)
			return
		}
	}
}

func (d *decoder) mapping(n *node, v reflect.Value, key string) {
	if !d.wants(n, mappingNode, key) {
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for _, p := range n.pairs {
		value := reflect.New(v.Type().Elem()).Elem()
		d.decode(p.value, value, p.key)
		v.SetMapIndex(reflect.ValueOf(p.key).Convert(v.Type().Key()), value)
	}
}

// structure decodes a mapping into a struct. Keys in skip are somebody else's.
func (d *decoder) structure(n *node, v reflect.Value, key string, skip []string) {
	if !d.wants(n, mappingNode, key) {
		return
	}
	fields := fieldsOf(v.Type())
	for _, p := range n.pairs {
		switch f, known := fields.find(p.key); {
		case slices.Contains(skip, p.key):
		case known && f.file:
			d.file(n, p, v.FieldByIndex(f.index).Addr().Interface())
		case known:
			d.field(p, f, v.FieldByIndex(f.index))
		case fields.inline != nil && slices.Contains(d.foreign, p.key):
			d.foreignKey(p, v.FieldByIndex(fields.inline))
		default:
			names := append(fields.names(), skip...)
			if fields.inline != nil {
				names = append(names, d.foreign...)
			}
			d.fail(p.at, suggest.DidYouMean(p.key, names), "unknown key %s", clip(p.key))
		}
	}
	for _, f := range fields.list {
		if !f.required {
			continue
		}
		from := given(n, f)
		if from == nil {
			d.fail(n.position, "", "%s is required", f.key)
		} else if value := v.FieldByIndex(f.index); (f.secret || value.Kind() == reflect.String) && value.IsZero() {
			d.fail(from.position, "", "%s is required, and is empty", f.key)
		}
	}
}

// given returns what a field is given by, nil if it is left out.
func given(n *node, f field) *node {
	if value := n.get(f.key); value != nil && value.kind != nullNode {
		return value
	}
	if file := n.get(f.key + fileSuffix); f.inFile && file != nil && file.kind != nullNode {
		return file
	}
	return nil
}

func (d *decoder) field(p pair, f field, v reflect.Value) {
	before := d.failed
	d.decode(p.value, v, p.key)
	if d.failed > before || p.value.kind != scalarNode {
		return
	}
	if err := f.bounds(v); err != nil {
		d.bad(p.value.position, suggest.DidYouMean(p.value.text, f.enum), "%s: %v, and is %s", p.key, err, quote(p.value.text))
	}
}

func (d *decoder) foreignKey(p pair, m reflect.Value) {
	var s string
	d.decode(p.value, reflect.ValueOf(&s).Elem(), p.key)
	if s == "" {
		return
	}
	if m.IsNil() {
		m.Set(reflect.MakeMap(m.Type()))
	}
	m.SetMapIndex(reflect.ValueOf(p.key), reflect.ValueOf(s))
}

func quote(s string) string { return fmt.Sprintf("%q", clip(s)) }

func clip(s string) string {
	s = strings.ToValidUTF8(s, "")
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
