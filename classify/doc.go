// Package classify tells what a text says: its language, whether it is a
// complaint, a question or praise, which topics and brands it names, and by
// which keywords. It is a pure function of the text, the lexicons, the topics
// and the brands: no I/O, no clock, no state that outlives a text.
package classify

//go:generate go run ./lexicons/build
