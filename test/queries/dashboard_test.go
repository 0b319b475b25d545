package queries_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// titles are the dashboards there are, by file.
var titles = map[string]string{
	"fleet.json":       "Peplink fleet",
	"router.json":      "Peplink router",
	"speedfusion.json": "Peplink SpeedFusion",
	"exporter.json":    "Peplink exporter",
}

// dashboard is what the checks need of a dashboard. Grafana's own types decode it too, strictly, in a test of its own.
type dashboard struct {
	file string
	text []byte
	keys map[string]json.RawMessage // of its top level

	UID           string          `json:"uid"`
	Title         string          `json:"title"`
	SchemaVersion int             `json:"schemaVersion"`
	Editable      bool            `json:"editable"`
	GraphTooltip  int             `json:"graphTooltip"`
	Refresh       string          `json:"refresh"`
	Timezone      string          `json:"timezone"`
	Tags          []string        `json:"tags"`
	Time          span            `json:"time"`
	Links         []link          `json:"links"`
	Panels        []panel         `json:"panels"`
	Templating    list[variable]  `json:"templating"`
	Annotations   list[annotated] `json:"annotations"`
}

type list[T any] struct {
	List []T `json:"list"`
}

type span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type link struct {
	Type        string   `json:"type"`
	Tags        []string `json:"tags"`
	IncludeVars bool     `json:"includeVars"`
	KeepTime    bool     `json:"keepTime"`
}

type source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type panel struct {
	ID              int              `json:"id"`
	Type            string           `json:"type"`
	Title           string           `json:"title"`
	Description     string           `json:"description"`
	Datasource      source           `json:"datasource"`
	Targets         []target         `json:"targets"`
	GridPos         place            `json:"gridPos"`
	FieldConfig     fieldConfig      `json:"fieldConfig"`
	Options         json.RawMessage  `json:"options"`
	Transformations []transformation `json:"transformations"`
	Panels          []panel          `json:"panels"` // of a row that is closed
}

type target struct {
	RefID        string `json:"refId"`
	Expr         string `json:"expr"`
	LegendFormat string `json:"legendFormat"`
	EditorMode   string `json:"editorMode"`
	Format       string `json:"format"`
	Range        bool   `json:"range"`
	Instant      bool   `json:"instant"`
	Datasource   source `json:"datasource"`
}

type place struct{ X, Y, W, H int }

type fieldConfig struct {
	Defaults  field      `json:"defaults"`
	Overrides []override `json:"overrides"`
}

// field is how values are shown. It is kept whole, too, for the checks of all that is in it.
type field struct {
	Unit  string
	Links []struct {
		URL string `json:"url"`
	}
	whole json.RawMessage
}

func (f *field) UnmarshalJSON(text []byte) error {
	f.whole = slices.Clone(text)
	type plain field
	return json.Unmarshal(text, (*plain)(f))
}

func (p panel) rawDefaults() json.RawMessage {
	if p.FieldConfig.Defaults.whole == nil {
		return json.RawMessage("{}")
	}
	return p.FieldConfig.Defaults.whole
}

type override struct {
	Matcher struct {
		ID      string          `json:"id"`
		Options json.RawMessage `json:"options"`
	} `json:"matcher"`
	Properties []struct {
		ID    string          `json:"id"`
		Value json.RawMessage `json:"value"`
	} `json:"properties"`
}

type transformation struct {
	ID      string          `json:"id"`
	Options json.RawMessage `json:"options"`
}

type variable struct {
	Name       string          `json:"name"`
	Type       string          `json:"type"`
	Query      json.RawMessage `json:"query"`
	Definition string          `json:"definition"`
	Datasource source          `json:"datasource"`
	Multi      bool            `json:"multi"`
	IncludeAll bool            `json:"includeAll"`
	AllValue   string          `json:"allValue"`
	Refresh    int             `json:"refresh"`
	Sort       int             `json:"sort"`
}

// query is the text of a variable's query, which stands alone or in an object.
func (v variable) query() string {
	var text string
	if json.Unmarshal(v.Query, &text) == nil {
		return text
	}
	var object struct {
		Query string `json:"query"`
	}
	_ = json.Unmarshal(v.Query, &object) // neither: no query, which is told
	return object.Query
}

type annotated struct {
	Name        string `json:"name"`
	BuiltIn     int    `json:"builtIn"`
	Enable      bool   `json:"enable"`
	Datasource  source `json:"datasource"`
	Expr        string `json:"expr"`
	IconColor   string `json:"iconColor"`
	TitleFormat string `json:"titleFormat"`
	TextFormat  string `json:"textFormat"`
	TagKeys     string `json:"tagKeys"`
}

// dashboards are the files of the folder, which are those that there are to be.
func dashboards(t *testing.T) []dashboard {
	t.Helper()
	files, err := filepath.Glob("../../dashboards/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []dashboard
	var names []string
	for _, file := range files {
		name := filepath.Base(file)
		names = append(names, name)
		d, err := readDashboard(name, []byte(readFile(t, "dashboards/"+name)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	if want := slices.Sorted(maps.Keys(titles)); !slices.Equal(names, want) {
		t.Errorf("dashboards: %v, want %v", names, want)
	}
	return all
}

func readDashboard(name string, text []byte) (dashboard, error) {
	d := dashboard{file: name, text: text}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("%s: %w", name, err)
	}
	if err := json.Unmarshal(text, &d.keys); err != nil {
		return d, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

// panels are all panels but rows, also those in closed rows.
func (d dashboard) panels() []panel {
	var all []panel
	for _, p := range d.everything() {
		if p.Type != "row" {
			all = append(all, p)
		}
	}
	return all
}

func (d dashboard) everything() []panel {
	var all []panel
	for _, p := range d.Panels {
		all = append(append(all, p), p.Panels...)
	}
	return all
}

func (d dashboard) variable(name string) (variable, bool) {
	i := slices.IndexFunc(d.Templating.List, func(v variable) bool { return v.Name == name })
	if i < 0 {
		return variable{}, false
	}
	return d.Templating.List[i], true
}

// told is a fault with the place where it is.
func (d dashboard) told(p panel, format string, values ...any) string {
	return fmt.Sprintf("%s, panel %d %q: %s", d.file, p.ID, p.Title, fmt.Sprintf(format, values...))
}

func report(t *testing.T, faults []string) {
	t.Helper()
	for _, fault := range faults {
		t.Error(fault)
	}
}
