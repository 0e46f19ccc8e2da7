package monitoring

// Dashboard is one page in Grafana. Its panels stand in rows, in the order in
// which they are listed.
type Dashboard struct {
	UID   string // stays for ever: links hold it
	Title string
	Help  string
	Rows  []Row
}

// Row is a headline with panels beneath it.
type Row struct {
	Title  string
	Panels []Panel
}

// Panel is one picture.
type Panel struct {
	Title   string
	Help    string // what it means, for the tooltip
	Kind    Kind
	Unit    string // of Grafana: "short" if left out
	Width   int    // of 24; left out: 8, of a Stat 4
	Queries []Query
	Stacked bool
	NoValue bool // of a Table whose labels say all
	// Steps colour a Stat from a value on; the first holds from below.
	Steps []Step
	// Names say something instead of a value.
	Names map[string]string
}

// Kind is how a panel shows its numbers.
type Kind string

// The kinds of panels.
const (
	TimeSeries Kind = "timeseries"
	Stat       Kind = "stat"
	Bars       Kind = "bargauge"
	Table      Kind = "table"
)

// Query asks Prometheus. A panel of kind TimeSeries asks for a range, all
// others for now.
type Query struct {
	Expr   string
	Legend string // "{{label}}" stands for the value of a label
}

// Step is a colour and the value from which on it holds.
type Step struct {
	From  float64
	Color string
}

// bad is red from a value on, and green below.
func bad(from float64) []Step { return []Step{{0, "green"}, {from, "red"}} }

// good is green from a value on, and red below.
func good(from float64) []Step { return []Step{{0, "red"}, {from, "green"}} }

func one(expr, legend string) []Query { return []Query{{expr, legend}} }

// Dashboards lists all dashboards.
func Dashboards() []Dashboard {
	return []Dashboard{exchangeBoard(), sourcesBoard(), peopleBoard(), processBoard()}
}
