package desk

import (
	"slices"
	"strings"
	"testing"

	"github.com/directdial/directdial"
)

var office = &directdial.Directory{
	Topics:  []directdial.Topic{{Name: "billing"}, {Name: "recall"}},
	Experts: []directdial.Expert{{ID: "ana"}, {ID: "bo"}},
}

func TestTableOfGrantsIsRead(t *testing.T) {
	acts, problems := ReadGrants(strings.NewReader("\ufeffExpert, topics,until,why,tags,risk,review\n"+
		"ana,billing recall,2027-06-30,\"has had the training, twice\",complaint;question,1000,coach\nbo,*,never,new,,,\n"), office)
	if len(problems) > 0 || len(acts) != 2 {
		t.Fatalf("%d, %v", len(acts), problems)
	}
	g := acts[0].Grant
	if id := g.ID(); id != "billing,recall tags=complaint,question" || g.Risk != 1000 || !g.Review ||
		acts[0].Detail != "has had the training, twice" || acts[0].LastDay != "2027-06-30" || acts[1].Expert != "bo" || acts[1].LastDay != "never" {
		t.Errorf("%+v %+v", acts, g)
	}
}

func TestTableOfGrantsIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	acts, problems := ReadGrants(strings.NewReader("sep=;\r\nexpert;topics;until;why\r\nana;billing,recall;never;new\r\n"), office)
	if len(problems) > 0 || len(acts) != 1 || len(acts[0].Grant.Topics) != 2 {
		t.Errorf("semicolons: %v, %v", acts, problems)
	}
	acts, problems = ReadGrants(strings.NewReader("expert\ttags\ttopics\tuntil\twhy\nana\t\tbilling\tnever\tnew\n"), office)
	if len(problems) > 0 || len(acts) != 1 || acts[0].Grant.Topics[0] != "billing" {
		t.Errorf("tabs, with an empty cell: %v, %v", acts, problems)
	}
}

func TestAllThatIsWrongWithATableIsSaidWithItsLine(t *testing.T) {
	for name, test := range map[string]struct {
		table string
		want  []string
	}{
		"nothing":    {"", []string{"1: there is no header"}},
		"the header": {"expert,topic,expert\n", []string{`1: there is no column "topic"`, `1: the column "expert" stands twice`, `1: the column "topics" is missing`, `1: the column "until" is missing`, `1: the column "why" is missing`}},
		"the lines": {
			"expert,topics,until,why,tags,risk,review,from\neve,garden,soon,,praise,-1,anybody,now\nana,billing,2027-06-30,why\n\nbo,,2027-06-30,why,,,,\n",
			[]string{
				"2: why is empty", `2: there is no expert "eve"`, "2: review is coach or empty", `2: there is no topic "garden"`,
				`2: there is no tag "praise"`, "2: risk is a number", "2: from is a day", "2: until is a day",
				"3: wrong number of fields", "5: topics is empty",
			},
		},
		"names that are nearly right": {
			"expert,topics,until,why,tags\nanna,biling,2027-06-30,why,complaints\n",
			[]string{
				`2: there is no expert "anna": did you mean ana?`, `2: there is no topic "biling": did you mean billing?`,
				`2: there is no tag "complaints": did you mean complaint?`,
			},
		},
		"a name that is far from all": {
			"expert,topics,until,why\nana,garden,2027-06-30,why\n", []string{`2: there is no topic "garden": known here: billing, recall`},
		},
		"a quote at the beginning": {"expert,topics,until,why\n\"ana,billing,2027-06-30,why\n", []string{`2: extraneous or missing "`}},
		"an unknown encoding":      {"expert,topics,until,why\nana,billing,never,n\xf6\n", []string{"2: is not in UTF-8"}},
		"a quote without its end":  {"expert,topics,until,why\nana,\"billing,2027-06-30,why\n", []string{`2: extraneous or missing "`}},
	} {
		_, problems := ReadGrants(strings.NewReader(test.table), office)
		if !slices.EqualFunc(problems, test.want, strings.HasPrefix) {
			t.Errorf("%s: %q", name, problems)
		}
	}
}

func FuzzReadGrants(f *testing.F) {
	f.Add("expert,topics,until,why\nana,billing,2027-06-30,why\n")
	f.Add("expert,topics,until,why\n\"ana,billing,2027-06-30,why\n")
	f.Add("expert,topics,until,why,risk\nana,*,never,\"w\ny\",7\n")
	f.Fuzz(func(t *testing.T, table string) {
		acts, problems := ReadGrants(strings.NewReader(table), office)
		for _, a := range acts {
			if len(problems) == 0 && (a.Expert == "" || len(a.Grant.Topics) == 0 || a.Detail == "" || a.LastDay == "") {
				t.Errorf("%q is read as %+v", table, a)
			}
		}
	})
}
