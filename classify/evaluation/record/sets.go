package main

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/directdial/directdial"
	"github.com/directdial/directdial/classify"
)

// set is a development set, or a part of one.
type set struct {
	name, title string
	language    string
	columns     classify.Columns
	turns       int  // how many fifths are also measured with what is learned from the other four
	fitted      bool // what ships was learned from four fifths of it
	about       string
}

// sentiment reads a set that is labelled by sentiment only.
func sentiment(where map[string]string) classify.Columns {
	return classify.Columns{
		Label: "orig", Where: where,
		Labels: map[string]string{"negative": "complaint", "positive": "ambassador", "neutral": "none"},
		Judged: []directdial.Tag{directdial.Complaint, directdial.Ambassador},
	}
}

// sets are those that are measured: of the sets in other languages than English
// those whose language has a lexicon.
func sets() []set {
	all := []set{
		{"complaints", "complaints", "en", classify.Columns{}, folds, false, "tweets to companies, complaint or not"},
		{"complaints", "complaints, annotated", "en", classify.Columns{Where: map[string]string{"annotated": "true"}}, folds, false, "of these the ones that people annotated; the others are tweets that nobody looked at and that count as no complaint"},
		{"airline", "airline", "en", classify.Columns{}, folds, false, "tweets to airlines: negative (complaint), positive (ambassador), neutral"},
		{"sxsw", "sxsw", "en", classify.Columns{}, folds, false, "tweets about products: negative (complaint), positive (ambassador), neither"},
		{"tac", "tac", "en", classify.Columns{}, folds, true, "tweets, question or not"},
		{"nps", "nps", "en", classify.Columns{}, folds, false, "chat, question or not"},
		{"nlupp", "nlupp", "en", classify.Columns{}, folds, true, "what people write to a bank, question or not"},
		{"semeval", "semeval", "en", sentiment(nil), 1, false, "tweets about anything, by sentiment"},
		{"umsab", "umsab, English", "en", sentiment(map[string]string{"lang": "english"}), folds, false, "tweets, by sentiment"},
	}
	for _, l := range []struct{ code, name, title string }{
		{"de", "german", "German"},
		{"fr", "french", "French"},
		{"es", "spanish", "Spanish"},
		{"it", "italian", "Italian"},
		{"pt", "portuguese", "Portuguese"},
	} {
		all = append(all, set{"umsab", "umsab, " + l.title, l.code, sentiment(map[string]string{"lang": l.name}), folds, false, "tweets, by sentiment"})
	}
	all = append(all, set{"swedish", "swedish", "sv", classify.Columns{}, folds, false, "reviews of companies, positive or negative"})
	return slices.DeleteFunc(all, func(s set) bool {
		return !slices.ContainsFunc(classify.Shipped(), func(l *classify.Lexicon) bool { return l.Language == s.language })
	})
}

// read reads a set. What it says of the language is a name, not a code: the
// code is the hint that a platform would give.
func (s set) read(data string) ([]classify.Sample, error) {
	f, err := os.Open(filepath.Join(data, s.name+".jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	samples, err := classify.ReadColumns(f.Name(), f, s.columns)
	for i := range samples {
		samples[i].Lang = s.language
	}
	return samples, err
}

// parts returns the samples outside and inside one of the fifths.
func parts(samples []classify.Sample, fifth int) (seen, unseen []classify.Sample) {
	for _, x := range samples {
		if classify.Fold(x.Text, folds) == fifth {
			unseen = append(unseen, x)
		} else {
			seen = append(seen, x)
		}
	}
	return seen, unseen
}

// The fifth that nobody looks at while anything is learned or tuned.
const (
	folds   = 5
	heldOut = 0
)

// brands are those that the sets are about: their names say nothing.
var brands = []directdial.Brand{
	{Name: "United", Keywords: []string{"united"}},
	{Name: "US Airways", Keywords: []string{"usairways", "us airways"}},
	{Name: "American", Keywords: []string{"americanair", "american airlines"}},
	{Name: "Southwest", Keywords: []string{"southwestair", "southwest"}},
	{Name: "Apple", Keywords: []string{"apple", "ipad", "iphone"}},
	{Name: "Google", Keywords: []string{"google", "android"}},
}
