// Command sbom writes what a program is made of: a bill of materials in
// CycloneDX JSON, from the build information that Go puts into every binary. It
// needs no network, and the same binary gives the same bytes.
//
//	go run ./deploy/release/sbom PROGRAM > directdial.cdx.json
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

func main() {
	if len(os.Args) != 2 && len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM [FILE]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "sbom: %v\n", err)
		os.Exit(1)
	}
}

func run(program string, to []string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		return write(os.Stdout, info)
	}
	f, err := os.Create(to[0])
	if err != nil {
		return err
	}
	defer f.Close()
	if err := write(f, info); err != nil {
		return err
	}
	return f.Close()
}

// bill is the part of CycloneDX 1.6 that is filled in.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp,omitempty"` // of the commit, so that it stays the same
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version,omitempty"`
	PURL       string     `json:"purl"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func write(w io.Writer, info *buildinfo.BuildInfo) error {
	b := bill{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{Component: componentOf("application", info.Main)},
		// The standard library is in every Go program.
		Components: []component{componentOf("library", debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")})},
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			b.Metadata.Timestamp = s.Value
		}
	}
	for _, d := range info.Deps {
		for d.Replace != nil {
			d = d.Replace
		}
		b.Components = append(b.Components, componentOf("library", *d))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(b)
}

// componentOf is a module as a component. Its sum is the one of go.sum.
func componentOf(kind string, m debug.Module) component {
	// A + in a version is a %2B in a package URL.
	purl := "pkg:golang/" + m.Path + "@" + strings.ReplaceAll(m.Version, "+", "%2B")
	c := component{Type: kind, Ref: purl, Name: m.Path, Version: m.Version, PURL: purl}
	if m.Sum != "" {
		c.Properties = []property{{Name: "go:sum", Value: m.Sum}}
	}
	return c
}
