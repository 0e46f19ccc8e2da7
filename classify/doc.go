// Package classify tells what a text says: its language, whether it is a
// complaint, a question or praise, which topics and brands it names, and by
// which keywords. It is a pure function of the text, the lexicons, the topics
// and the brands: no I/O, no clock, no state that outlives a text.
//
// It is a keyword classifier on purpose. Whoever is dialled is shown why, and
// whoever disagrees can change the line that decided. So a model is a file that
// a person can read and diff: each line of a lexicon is a word, a phrase or a
// named feature with a weight a tag, the score of a tag is the logistic
// function of the sum of the lines that were found, and nothing else counts.
// Weights are set by hand, or learned from labelled samples (Learn) into the
// same format.
//
// # The way of a text
//
//	read      normal form with the way back to the original bytes (normal.go),
//	          then tokens: words, hashtags, handles, links, symbols (token.go)
//	lookup    each token gets the number of its word and of what else it stands
//	          for: "charging" also for "charg*" (vocabulary.go, lookup.go), most of
//	          them from what earlier texts left (words.go)
//	language  by the words, endings and letters that tell (language.go)
//	forms     words of topics in other inflections, and mistyped (forms.go)
//	features  marks, capitals, negation, what opens a sentence (feature.go)
//	match     one walk in one trie finds the phrases of all lexicons, topics
//	          and brands (trie.go)
//	brands    whose names are then neutral (brand.go)
//	score     topics, then the tags of the language's lexicon (score.go)
//	result    numbers become words of the entries and offsets (result.go)
//
// Between read and result a text is numbers only, in one scratch that is
// reused: a Classifier allocates nothing for a text, and the time of a text
// hardly depends on how many phrases there are.
//
// # Caveats
//
// Scores are integers in thousandths, weights thousandths of the logarithm of
// the odds, so that a receipt says the same on every machine. At most
// maxEvidence entries count for a tag, the strongest. A tag is told only in a
// language that has a lexicon; topics and brands are found in every language.
// Keywords hold words of the lexicon or the configuration, never the author's;
// their offsets are bytes of the text as it was given.
package classify

//go:generate go run ./lexicons/build
