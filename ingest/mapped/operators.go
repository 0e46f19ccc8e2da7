package mapped

import (
	"reflect"

	"github.com/itchyny/gojq"
)

// guardOperators makes calls of guards of what is no function in a program: the
// operators * and /, and places in arrays, .[f].
func guardOperators(query *gojq.Query) {
	parts(reflect.ValueOf(query), func(part any) {
		switch part := part.(type) {
		case *gojq.Query:
			guardOperator(part)
		case *gojq.Index:
			guardPlace(part)
		}
	})
}

// parts calls visit with each part of a program, a part before what it consists of.
func parts(program reflect.Value, visit func(part any)) {
	switch program.Kind() {
	case reflect.Pointer:
		if !program.IsNil() {
			visit(program.Interface())
			parts(program.Elem(), visit)
		}
	case reflect.Struct:
		for i := range program.NumField() {
			parts(program.Field(i), visit)
		}
	case reflect.Slice:
		for i := range program.Len() {
			parts(program.Index(i), visit)
		}
	}
}

func guardOperator(q *gojq.Query) {
	if name := map[gojq.Operator]string{gojq.OpMul: "_multiply", gojq.OpDiv: "_divide"}[q.Op]; name != "" {
		q.Term = call(name, q.Left, q.Right)
		q.Op, q.Left, q.Right = 0, nil, nil
	}
}

// guardPlace leaves alone what is written as a number: that is nothing of a body.
func guardPlace(i *gojq.Index) {
	if i.Start == nil || i.IsSlice || i.Start.Term != nil && i.Start.Term.Type == gojq.TermTypeNumber {
		return
	}
	i.Start = &gojq.Query{Left: i.Start, Op: gojq.OpPipe, Right: &gojq.Query{Term: call("_place")}}
}

// fixedPatterns reports whether the regular expressions of a program, and their
// flags, stand in it as texts.
func fixedPatterns(query *gojq.Query) bool {
	fixed := true
	parts(reflect.ValueOf(query), func(part any) {
		f, ok := part.(*gojq.Func)
		if !ok {
			return
		}
		for _, i := range patternsOf(f) {
			fixed = fixed && isText(f.Args[i])
		}
	})
	return fixed
}

// patternsOf returns which arguments of a function are a regular expression or its
// flags.
func patternsOf(f *gojq.Func) []int {
	switch n := len(f.Args); f.Name {
	case "split":
		return []int{0, 1}[:2*(n/2)] // with one argument it splits at a text
	case "test", "match", "capture", "scan", "splits", "_match":
		return []int{0, 1}[:min(n, 2)]
	case "sub", "gsub":
		return []int{0, 2}[:max(n-1, 0)]
	}
	return nil
}

func isText(q *gojq.Query) bool {
	t := q.Term
	return len(q.FuncDefs) == 0 && t != nil && t.Type == gojq.TermTypeString && len(t.Str.Queries) == 0 && len(t.SuffixList) == 0
}

func call(name string, args ...*gojq.Query) *gojq.Term {
	return &gojq.Term{Type: gojq.TermTypeFunc, Func: &gojq.Func{Name: name, Args: args}}
}
