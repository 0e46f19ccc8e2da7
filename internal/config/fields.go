package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/setting"
)

// fileSuffix makes the key that names a file out of the key of a secret or of a
// text.
const fileSuffix = "_file"

// field is what the tags of a struct's field say.
type field struct {
	key      string
	index    []int
	secret   bool
	inFile   bool // it may be given by a file
	file     bool // it is the key that names that file
	required bool
	enum     []string
	min, max *float64
}

type fields struct {
	list   []field
	inline []int // of the map that takes foreign keys; nil if there is none
}

var fieldCache sync.Map // of reflect.Type to fields

func fieldsOf(t reflect.Type) fields {
	if f, ok := fieldCache.Load(t); ok {
		return f.(fields)
	}
	var out fields
	out.add(t, nil)
	fieldCache.Store(t, out)
	return out
}

// add collects the fields of t. A struct that is no configuration is a mistake
// of the program, so it panics.
func (fs *fields) add(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		at := append(slices.Clone(index), i)
		key, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case key == "-":
		case option == "inline" && f.Type.Kind() == reflect.Struct:
			fs.add(f.Type, at)
		case option == "inline" && f.Type.Kind() == reflect.Map:
			fs.inline = at
		case key == "":
			panic(fmt.Sprintf("config: the field %s of %v has no yaml tag", f.Name, t))
		default:
			fs.list = append(fs.list, newField(f, key, at))
		}
	}
}

func newField(f reflect.StructField, key string, index []int) field {
	out := field{key: key, index: index, secret: f.Type == reflect.TypeFor[secret.Value]()}
	out.inFile = out.secret || f.Type == reflect.TypeFor[setting.Text]()
	for option := range strings.SplitSeq(f.Tag.Get("jsonschema"), ",") {
		name, value, _ := strings.Cut(option, "=")
		switch name {
		case "required":
			out.required = true
		case "enum":
			out.enum = append(out.enum, value)
		case "minimum", "maximum":
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				panic(fmt.Sprintf("config: the field %s has a bad %s", f.Name, name))
			}
			if name == "minimum" {
				out.min = &n
			} else {
				out.max = &n
			}
		}
	}
	return out
}

// find returns the field of a key; for the key that names the file of another
// the field of that, with file set.
func (fs *fields) find(key string) (field, bool) {
	for _, f := range fs.list {
		if f.key == key {
			return f, true
		}
		if f.inFile && f.key+fileSuffix == key {
			f.file = true
			return f, true
		}
	}
	return field{}, false
}

func (fs *fields) names() (names []string) {
	for _, f := range fs.list {
		names = append(names, f.key)
		if f.inFile {
			names = append(names, f.key+fileSuffix)
		}
	}
	return names
}

// bounds says which of the bounds in the tags v breaks.
func (f *field) bounds(v reflect.Value) error {
	if len(f.enum) > 0 && v.Kind() == reflect.String && v.String() != "" && !slices.Contains(f.enum, v.String()) {
		return errors.New("must be one of " + strings.Join(f.enum, ", "))
	}
	if f.min == nil && f.max == nil {
		return nil
	}
	var n float64
	switch {
	case v.CanInt():
		n = float64(v.Int())
	case v.CanUint():
		n = float64(v.Uint())
	case v.CanFloat():
		n = v.Float()
	default:
		return nil
	}
	switch {
	case f.min != nil && n < *f.min:
		return fmt.Errorf("must be at least %v", *f.min)
	case f.max != nil && n > *f.max:
		return fmt.Errorf("must be at most %v", *f.max)
	}
	return nil
}
