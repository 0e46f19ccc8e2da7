// Package config reads the configuration: one YAML file, the files of people
// and the policy that it names, and the secrets in variables and files.
//
// A file becomes a small tree with positions (document.go, node.go), the tree
// is decoded strictly into structs (decode.go; file.go has them, and their
// comments are the documentation of the configuration), the structs are
// checked and become what the program works with (check_*.go, build.go).
// Nothing stops at the first mistake: every problem is collected and comes
// back with its file, line and column.
//
// What belongs to a source or a channel is decoded by its own constructor.
// Constructors do no I/O, so that `check` runs exactly what `run` runs.
//
// A relative path in a file is relative to the folder of that file.
package config
