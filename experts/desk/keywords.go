package desk

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/directdial/directdial"
)

// Thresholds below which nothing is proposed: a few mentions prove nothing.
const (
	enoughSaid  = 5   // dials that somebody judged
	enoughHeard = 500 // mentions, of a lexicon in its language, before "never" means something
)

// Proposal says what to do about a keyword, "" if it does its work, or nobody can
// tell yet.
func Proposal(u *directdial.KeywordUse, all *directdial.KeywordUses) string {
	judged := u.Confirmed + u.Rejected
	switch {
	case u.Idle != "":
		return u.Idle + ": it can go"
	case u.Rejected >= enoughSaid && u.Confirmed == 0:
		return "rejected each time: take it out, or exclude what misleads"
	case judged >= 2*enoughSaid && 2*u.Rejected > judged:
		return "rejected more often than not: weigh it less"
	case u.Shadow != "":
		return fmt.Sprintf("never needed: there is always another too, mostly %q; it can go", u.Shadow)
	case u.Fired > 0 || u.Seen > 0 || u.Lexicon != "" && !u.Own:
	case heard(u, all) >= enoughHeard:
		return "never found: take it out, or write it as people do"
	}
	return ""
}

// heard is how many mentions could have had a keyword.
func heard(u *directdial.KeywordUse, all *directdial.KeywordUses) int {
	if u.Lexicon != "" {
		return all.Heard[u.Language]
	}
	return all.Mentions
}

// PrintKeywords lists keywords about which something should be done, or all that
// are the company's own or were found.
func PrintKeywords(w io.Writer, k *directdial.KeywordUses, all bool) error {
	if k.Mentions == 0 {
		_, err := fmt.Fprintln(w, "Nothing was heard yet.")
		return err
	}
	noun := "mentions"
	if k.Mentions == 1 {
		noun = "mention"
	}
	fmt.Fprintf(w, "%d %s since %s.\n", k.Mentions, noun, stamp(k.Since))
	t := NewTable(w)
	shown := 0
	for i := range k.Uses {
		u := &k.Uses[i]
		proposal := Proposal(u, k)
		if proposal == "" && (!all || !u.Own && u.Lexicon != "" && u.Fired == 0) {
			continue
		}
		if shown == 0 {
			fmt.Fprintln(t, "\nFOR\tKEYWORD\tFOUND\tALONE\tCONFIRMED\tREJECTED\tPROPOSAL")
		}
		shown++
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", u.For, u.Word, max(u.Fired, u.Seen), u.Alone, u.Confirmed, u.Rejected, placed(u, proposal))
	}
	if shown == 0 {
		fmt.Fprintln(w, "Every keyword does its work, as far as this tells; --all lists them.")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return printLexicons(w, k)
}

// placed is a proposal with the file where it can be followed.
func placed(u *directdial.KeywordUse, proposal string) string {
	if proposal == "" || !u.Own {
		return proposal
	}
	return proposal + " (" + u.Lexicon + ")"
}

// printLexicons says how many lines of each shipped lexicon were found. What
// never is costs nothing there.
func printLexicons(w io.Writer, k *directdial.KeywordUses) error {
	lines, found := map[string]int{}, map[string]int{}
	seen := map[string]bool{}
	for i := range k.Uses {
		u := &k.Uses[i]
		if u.Lexicon == "" || u.Own || seen[u.Lexicon] {
			continue
		}
		seen[u.Lexicon] = true
		name, _, _ := strings.Cut(u.Lexicon, ":")
		lines[name]++
		if u.Fired > 0 || u.Seen > 0 {
			found[name]++
		}
	}
	for i, name := range slices.Sorted(maps.Keys(lines)) {
		if i == 0 {
			fmt.Fprintln(w)
		}
		if _, err := fmt.Fprintf(w, "Of the %d words and phrases of the shipped lexicon %s, %d were found.\n", lines[name], name, found[name]); err != nil {
			return err
		}
	}
	return nil
}
