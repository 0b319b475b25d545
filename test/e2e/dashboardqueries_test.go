//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// dashboardQuery is one query that a dashboard asks: of a panel, of a variable or of an annotation.
type dashboardQuery struct {
	dashboard string // without .json
	panel     string // the title, or what else asks
	ref       string // A, B, …
	expr      string
	label     string // that a variable wants the values of; "" for all other queries
	instant   bool
	span      time.Duration // of the dashboard's time range
	points    int           // that its panel asks for at most; 0 for one for each pixel
	least     time.Duration // between two points, where its panel wants to
	single    bool          // the dashboard shows one router at a time
}

func (q dashboardQuery) String() string {
	return strings.TrimSpace(q.dashboard + ": " + q.panel + " " + q.ref)
}

// dashboardFile is as much of a dashboard as its queries need.
type dashboardFile struct {
	Time struct {
		From string `json:"from"`
	} `json:"time"`
	Panels     []dashboardPanel `json:"panels"`
	Templating struct {
		List []dashboardVariable `json:"list"`
	} `json:"templating"`
	Annotations struct {
		List []struct {
			Name string `json:"name"`
			Expr string `json:"expr"`
		} `json:"list"`
	} `json:"annotations"`
}

type dashboardPanel struct {
	Title   string `json:"title"`
	Targets []struct {
		RefID   string `json:"refId"`
		Expr    string `json:"expr"`
		Instant bool   `json:"instant"`
	} `json:"targets"`
	Panels        []dashboardPanel `json:"panels"`
	MaxDataPoints int              `json:"maxDataPoints"`
	Interval      string           `json:"interval"`
}

type dashboardVariable struct {
	Name       string          `json:"name"`
	Type       string          `json:"type"`
	Query      json.RawMessage `json:"query"`
	IncludeAll bool            `json:"includeAll"`
	AllValue   string          `json:"allValue"`
}

var labelValues = regexp.MustCompile(`^label_values\((.+),\s*(\w+)\)$`)

// dashboardQueries are all queries of the dashboards as Grafana asks them with every "All" chosen, save for the range
// of time and, on a dashboard of one router, its name: $instance is left in the text.
func dashboardQueries(t *testing.T) []dashboardQuery {
	t.Helper()
	files, err := filepath.Glob("../../dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []dashboardQuery
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var board dashboardFile
		if err := json.Unmarshal(text, &board); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		queries, err := board.queries(strings.TrimSuffix(filepath.Base(file), ".json"))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, queries...)
	}
	if len(all) == 0 {
		t.Fatal("no dashboard asks anything")
	}
	return all
}

func (b dashboardFile) queries(name string) ([]dashboardQuery, error) {
	span, err := time.ParseDuration(strings.TrimPrefix(b.Time.From, "now-"))
	if err != nil {
		return nil, err
	}
	base := dashboardQuery{dashboard: name, span: span}
	for _, v := range b.Templating.List {
		base.single = base.single || v.Name == "instance" && !v.IncludeAll
	}
	var all []dashboardQuery
	add := func(panel, ref, expr string, instant bool) {
		q := base
		q.panel, q.ref, q.expr, q.instant = panel, ref, b.filled(expr), instant
		all = append(all, q)
	}
	for _, p := range b.allPanels() {
		base.points, base.least = p.MaxDataPoints, 0
		if p.Interval != "" {
			if base.least, err = time.ParseDuration(p.Interval); err != nil {
				return nil, fmt.Errorf("%s: %w", p.Title, err)
			}
		}
		for _, target := range p.Targets {
			add(p.Title, target.RefID, target.Expr, target.Instant)
		}
	}
	base.points, base.least = 0, 0
	for _, a := range b.Annotations.List {
		if a.Expr != "" {
			add("annotation "+a.Name, "", a.Expr, false)
		}
	}
	for _, v := range b.Templating.List {
		if v.Type != "query" {
			continue
		}
		text, label := v.text(), ""
		if parts := labelValues.FindStringSubmatch(text); parts != nil {
			text, label = parts[1], parts[2]
		} else if inner, ok := strings.CutPrefix(text, "query_result("); ok {
			text = strings.TrimSuffix(inner, ")")
		} else {
			return nil, fmt.Errorf("variable %s: %s is neither label_values(SERIES, LABEL) nor query_result(QUERY)", v.Name, text)
		}
		add("variable "+v.Name, "", text, true)
		all[len(all)-1].label = label
	}
	return all, nil
}

func (b dashboardFile) allPanels() []dashboardPanel {
	var all []dashboardPanel
	for _, p := range b.Panels {
		all = append(append(all, p), p.Panels...)
	}
	return all
}

// text is a variable's query, which stands alone or in an object.
func (v dashboardVariable) text() string {
	var text string
	if json.Unmarshal(v.Query, &text) == nil {
		return text
	}
	var object struct {
		Query string `json:"query"`
	}
	_ = json.Unmarshal(v.Query, &object) // neither is found out by who uses it
	return object.Query
}

// filled has the value of "All" in the place of each variable that has it.
func (b dashboardFile) filled(expr string) string {
	for _, v := range b.Templating.List {
		value := v.AllValue
		if v.Type != "query" {
			value = v.text()
		} else if !v.IncludeAll {
			continue
		}
		expr = variablePattern(v.Name).ReplaceAllLiteralString(expr, value)
	}
	return expr
}

func variablePattern(name string) *regexp.Regexp {
	return regexp.MustCompile(`\$` + name + `\b|\$\{` + name + `(:\w+)?\}`)
}

// asked is the text for one router, a step and a time range.
func (q dashboardQuery) asked(instance string, step, rateInterval, span time.Duration) string {
	text := variablePattern("instance").ReplaceAllLiteralString(q.expr, instance)
	for name, value := range map[string]time.Duration{"__rate_interval": rateInterval, "__interval": step, "__range": span} {
		seconds := fmt.Sprint(int(value.Seconds()))
		text = variablePattern(name+"_s").ReplaceAllLiteralString(text, seconds)
		text = variablePattern(name).ReplaceAllLiteralString(text, seconds+"s")
	}
	return text
}
