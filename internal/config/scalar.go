package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/directdial/directdial/internal/secret"
	"github.com/directdial/directdial/internal/setting"
)

// text returns the text of a scalar with its variables replaced. known is
// false if one of them is not set: then the text is as it is written, and fit
// for nothing but to stand in its place. ok is false if there is no text.
func (d *decoder) text(n *node, key string) (text string, known, ok bool) {
	if !d.wants(n, scalarNode, key) {
		return "", false, false
	}
	text, values, unset, ok := expand(n.text, d.opt.Env)
	if !ok {
		d.bad(n.position, "a variable is written ${NAME}; a ${ that is meant as text is written $${", "%s: has a ${ without a name and a }", key)
		return "", false, false
	}
	for _, name := range unset {
		d.missing(n.position, name, key+": the variable "+name+" is not set")
	}
	if len(unset) > 0 {
		return n.text, false, true
	}
	d.hidden.add(values...)
	return text, true, true
}

// missing says that something from outside the files, a variable or a file by
// its name, is not there. What depends on it cannot be checked.
func (d *decoder) missing(at position, name, says string) {
	d.lacks[at] = append(d.lacks[at], name)
	if d.opt.Strict {
		d.fail(at, "", "%s", says)
	} else {
		d.warn(at, "", "%s", says)
	}
	d.unknown[at] = true
}

// parsed hands the text of a scalar to a parser. What is wrong is told with
// the text as it is written, never with the value of a variable.
func (d *decoder) parsed(n *node, key string, parse func(string) error) {
	text, known, ok := d.text(n, key)
	if !ok || !known {
		return
	}
	if err := parse(text); err != nil {
		what := err.Error()
		if !strings.Contains(what, strconv.Quote(text)) {
			what += ", and is " + quote(n.text)
		}
		d.bad(n.position, "", "%s: %s", key, what)
	}
}

// basic decodes strings, bools and numbers.
func (d *decoder) basic(n *node, v reflect.Value, key string) {
	if v.Kind() == reflect.String {
		if text, _, ok := d.text(n, key); ok {
			v.SetString(text)
		}
		return
	}
	d.parsed(n, key, func(s string) error { return setBasic(v, s) })
}

func setBasic(v reflect.Value, s string) error {
	switch {
	case v.Kind() == reflect.Bool:
		if s != "true" && s != "false" && s != "on" && s != off {
			return errors.New("must be on or off, or true or false")
		}
		v.SetBool(s == "true" || s == "on")
	case v.CanInt():
		n, err := strconv.ParseInt(s, 10, v.Type().Bits())
		if err != nil {
			return errors.New("must be a whole number")
		}
		v.SetInt(n)
	case v.CanUint():
		n, err := strconv.ParseUint(s, 10, v.Type().Bits())
		if err != nil {
			return errors.New("must be a whole number, not less than 0")
		}
		v.SetUint(n)
	case v.CanFloat():
		n, err := strconv.ParseFloat(s, v.Type().Bits())
		if err != nil {
			return errors.New("must be a number")
		}
		v.SetFloat(n)
	default:
		panic("config: a field of type " + v.Type().String() + " cannot be configured")
	}
	return nil
}

// secret decodes a secret. No message about it has its text.
func (d *decoder) secret(n *node, v *secret.Value, key string) {
	text, _, ok := d.text(n, key)
	if !ok {
		return
	}
	d.hidden.add(text)
	*v = secret.New(text)
}

// file reads a secret or a text from the file that the key <name>_file names.
func (d *decoder) file(n *node, p pair, into any) {
	key := strings.TrimSuffix(p.key, fileSuffix)
	if n.get(key) != nil {
		d.fail(p.at, "remove one of the two", "%s and %s are both given", key, p.key)
		return
	}
	if p.value.kind == nullNode {
		return
	}
	d.mark(reflect.ValueOf(into).Elem(), p.value.position)
	switch v := into.(type) {
	case *secret.Value:
		d.secretFile(p, v)
	case *setting.Text:
		d.textFile(p, v)
	}
}

// textFile reads a text. It is part of the configuration, so that without it
// the configuration is wrong.
func (d *decoder) textFile(p pair, v *setting.Text) {
	path, known, ok := d.text(p.value, p.key)
	if !ok || !known {
		*v = setting.Text(p.value.text)
		return
	}
	c := d.reader.read(resolve(d.dir, path))
	if c.err != nil {
		d.bad(p.value.position, "", "%s: %s: %v", p.key, clip(p.value.text), c.err)
		return
	}
	*v = setting.Text(c.data)
}

const maxSecret = 64 << 10 // bytes of a file that holds one

// secretFile reads a secret.
func (d *decoder) secretFile(p pair, v *secret.Value) {
	path, known, ok := d.text(p.value, p.key)
	if !ok || !known {
		// As with a variable: something stands where the secret will be.
		*v = secret.New(p.value.text)
		return
	}
	c := d.reader.read(resolve(d.dir, path))
	if c.err == nil && len(c.data) > maxSecret {
		c.err = fmt.Errorf("is larger than %d bytes", maxSecret)
	}
	if c.err != nil {
		d.missing(p.value.position, clip(p.value.text), fmt.Sprintf("%s: %s: %v", p.key, clip(p.value.text), c.err))
		*v = secret.New(p.value.text)
		return
	}
	if c.open {
		d.warn(p.value.position, "chmod 600", "%s: others on this machine can read %s", p.key, clip(p.value.text))
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(c.data), "\n"), "\r")
	d.hidden.add(text)
	*v = secret.New(text)
}
