package mapped

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/itchyny/gojq"

	"github.com/directdial/directdial/internal/htmltext"
)

// program is a mapping that was compiled. It has no way to files, to the
// environment or to other input: gojq gives none unless it is asked to.
type program struct {
	code *gojq.Code
	// again compiles it anew; nil if the code serves all requests.
	again func() (*gojq.Code, error)
}

// forRequest is the program for one request. gojq keeps each regular expression as
// long as the code, whatever it takes: where they are made of what is sent, the code
// goes with the request.
func (p *program) forRequest() (*program, error) {
	if p.again == nil {
		return p, nil
	}
	code, err := p.again()
	return &program{code: code}, err
}

// compile reads a mapping. An error is of kind Invalid, of the field map, and
// names the line and the column in the program.
func compile(text string) (*program, error) {
	if strings.TrimSpace(text) == "" {
		return nil, invalid("map", "is empty; a mapping that takes mentions as they are is a dot")
	}
	query, err := gojq.Parse(text)
	if err != nil {
		at := len(text)
		var parse *gojq.ParseError
		if errors.As(err, &parse) {
			at = max(parse.Offset-len(parse.Token), 0)
		}
		return nil, invalid("map", place(text, at)+strings.ReplaceAll(err.Error(), "\n", `\n`))
	}
	fixed := fixedPatterns(query)
	guardOperators(query)
	query.FuncDefs = slices.Concat(guards, query.FuncDefs)
	again := func() (*gojq.Code, error) { return gojq.Compile(query, options...) }
	code, err := again()
	if err != nil {
		return nil, invalid("map", place(text, find(text, err))+err.Error())
	}
	if fixed {
		again = nil
	}
	return &program{code, again}, nil
}

// options are what a mapping has besides jq.
var options = slices.Concat(sizes, []gojq.CompilerOption{
	gojq.WithVariables([]string{"$headers"}),
	gojq.WithFunction("_at_most", 2, 2, atMost),
	gojq.WithFunction("html_text", 0, 0, func(v any, _ []any) any { return htmlText(v) }),
})

// htmlText is the function html_text of a mapping: the text of HTML as a reader
// sees it; null stays null.
func htmlText(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if err, long := atMost(v, []any{"html_text", maxText}).(error); long {
			return err
		}
		return htmltext.Text(v)
	}
	return fmt.Errorf("html_text takes a string, and gets: %s", gojq.TypeOf(v))
}

// place says where in a program a byte stands.
func place(text string, at int) string {
	if at < 0 {
		return ""
	}
	before := text[:min(at, len(text))]
	line := 1 + strings.Count(before, "\n")
	column := 1 + len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))
	return fmt.Sprintf("line %d, column %d: ", line, column)
}

// named finds what an error of the compiler is about: "function not defined:
// foo/1", "variable not defined: $x".
var named = regexp.MustCompile(`: (\$?\w+)(?:/\d+)?$`)

// find returns where the thing stands that an error of the compiler is about,
// as it says no place itself; -1 if that cannot be told.
func find(text string, err error) int {
	name := named.FindStringSubmatch(err.Error())
	if name == nil {
		return -1
	}
	word := regexp.MustCompile(`(?:^|[^\w$.])(` + regexp.QuoteMeta(name[1]) + `)(?:\W|$)`)
	if at := word.FindStringSubmatchIndex(text); at != nil {
		return at[2]
	}
	return -1
}
