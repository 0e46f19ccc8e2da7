package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of one file. The parser recurses into what is nested, and takes the
// square of the time for the keys of one mapping: within these bounds it needs
// no more than a second.
const (
	maxFile  = 1 << 20
	maxKeys  = 20_000
	maxDepth = 64      // of brackets, and of dashes on one line
	maxVisit = 1 << 19 // values, with those that aliases repeat
)

// parseDocument makes a tree of the text of a file. It returns nil if there is
// nothing to read or if it is no YAML; then there is a problem.
func parseDocument(file string, data []byte, report func(Problem)) *node {
	fail := func(line, column int, msg, hint string) *node {
		report(Problem{File: file, Line: line, Column: column, Msg: msg, Hint: hint})
		return nil
	}
	if len(data) > maxFile {
		return fail(0, 0, fmt.Sprintf("is larger than %d bytes", maxFile), "put people into files of their own, under people")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if line, column, ok := invalidText(data); ok {
		return fail(line, column, "is not text in UTF-8", "save it as UTF-8")
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	tokens := lexer.Tokenize(string(hideBraces(data)))
	if p, bad := unreasonable(tokens); bad {
		p.File = file
		report(p)
		return nil
	}
	body, err := parseTokens(tokens)
	if err != nil {
		line, column, msg := syntaxError(err)
		return fail(line, column, "is not YAML: "+showBraces(msg), syntaxHint(data, line, column, msg))
	}
	if body == nil {
		return nil
	}
	c := converter{file: file, report: report, anchors: map[string]*node{}}
	return c.node(body)
}

// invalidText finds the first byte that is not UTF-8, or is NUL.
func invalidText(data []byte) (line, column int, found bool) {
	line, column = 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if (r == utf8.RuneError && size == 1) || r == 0 {
			return line, column, true
		}
		i += size
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return 0, 0, false
}

// unreasonable refuses before parsing what the parser could not bear.
func unreasonable(tokens token.Tokens) (p Problem, bad bool) {
	at := func(t *token.Token, msg, hint string) (Problem, bool) {
		return Problem{Line: t.Position.Line, Column: t.Position.Column, Msg: msg, Hint: hint}, true
	}
	var keys, depth, dashes, line int
	begun, ended := false, false // the document
	for _, t := range tokens {
		if t.Position.Line != line {
			dashes, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.MappingValueType:
			keys++
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			dashes++
		case token.DirectiveType:
			return at(t, "directives have no meaning here", "remove the line, or put quotes around a text that begins with %")
		case token.DocumentEndType:
			ended = true
			continue
		case token.CommentType:
			continue
		}
		switch {
		case ended, begun && t.Type == token.DocumentHeaderType:
			return at(t, "a second document begins here", "a file is one document; remove the ---")
		case keys > maxKeys:
			return at(t, fmt.Sprintf("has more than %d keys", maxKeys), "put people into files of their own, under people")
		case depth > maxDepth || dashes > maxDepth:
			return at(t, fmt.Sprintf("is nested deeper than %d", maxDepth), "")
		}
		begun = true
	}
	return Problem{}, false
}

// parseTokens runs the parser and turns a panic of it into an error, since the
// text comes from an editor and is half written at times.
func parseTokens(tokens token.Tokens) (body ast.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			body, err = nil, errors.New("the parser cannot make sense of it")
		}
	}()
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, err
	}
	for _, doc := range f.Docs {
		if doc.Body != nil {
			return doc.Body, nil
		}
	}
	return nil, nil
}

// syntaxError gives the position and the words of an error of the parser,
// without the excerpt of the source that it would print: a secret may stand
// there.
func syntaxError(err error) (line, column int, msg string) {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) {
		return 0, 0, err.Error()
	}
	if t := syntax.GetToken(); t != nil && t.Position != nil {
		line, column = t.Position.Line, t.Position.Column
	}
	return line, column, syntax.GetMessage()
}

// syntaxHint names the mistake that is behind most errors of that kind.
func syntaxHint(data []byte, line, column int, msg string) string {
	text := lineOf(data, line)
	rest := []rune(text)
	if column >= 1 && column <= len(rest) {
		rest = rest[column-1:]
	}
	switch {
	case strings.HasPrefix(strings.TrimLeft(text, " "), "\t"):
		return "indent with spaces, not with tabs"
	case len(rest) > 0 && strings.ContainsRune("@`%*&!", rest[0]):
		return fmt.Sprintf("put quotes around a text that begins with %c", rest[0])
	case strings.Contains(msg, "mapping value is not allowed"):
		return "put quotes around a text with a colon and a space in it"
	case strings.Contains(text, "[#") || strings.Contains(text, ", #"):
		return "put quotes around a text that begins with #"
	}
	return ""
}

func lineOf(data []byte, line int) string {
	for range line - 1 {
		_, after, found := bytes.Cut(data, []byte("\n"))
		if !found {
			return ""
		}
		data = after
	}
	text, _, _ := bytes.Cut(data, []byte("\n"))
	return string(text)
}
