package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// module is the path of the module whose comments can be read.
const module = "github.com/directdial/directdial"

// comments finds the comments of types and fields in the sources, of types that
// are not exported, too.
type comments struct {
	root  string                       // folder of the module
	texts map[string]map[string]string // by package, then by Type or Type.Field
	err   error
}

// lookup returns the comment of a field, or of a type if there is no field. A
// field of several words that its comment begins with has the name there that
// people write.
func (c *comments) lookup(t reflect.Type, field string) string {
	rest, ours := strings.CutPrefix(t.PkgPath(), module)
	if !ours {
		return ""
	}
	if c.texts[t.PkgPath()] == nil {
		c.texts[t.PkgPath()] = c.read(filepath.Join(c.root, filepath.FromSlash(strings.TrimPrefix(rest, "/"))))
	}
	key := t.Name()
	if field != "" {
		key += "." + field
	}
	text := c.texts[t.PkgPath()][key]
	f, ok := t.FieldByName(field)
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if says, named := strings.CutPrefix(text, field+" "); ok && named && name != "" && !strings.EqualFold(field, name) {
		return name + " " + says
	}
	return text
}

func (c *comments) read(folder string) map[string]string {
	out := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		c.err = err
	}
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			c.err = err
			continue
		}
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.GenDecl); ok {
				collect(d, out)
			}
		}
	}
	return out
}

func collect(d *ast.GenDecl, out map[string]string) {
	for _, spec := range d.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		doc := t.Doc
		if doc == nil {
			doc = d.Doc
		}
		out[t.Name.Name] = oneLine(doc.Text())
		s, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range s.Fields.List {
			text := f.Doc.Text()
			if text == "" {
				text = f.Comment.Text()
			}
			for _, name := range f.Names {
				out[t.Name.Name+"."+name.Name] = oneLine(text)
			}
		}
	}
}

// oneLine undoes the line breaks of a comment; they mean nothing in an editor.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
