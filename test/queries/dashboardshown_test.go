package queries_test

import (
	"encoding/json"
	"slices"
	"strings"
)

// shown is what the defaults of a panel, or one override, say of how a field is drawn.
type shown struct {
	override   bool
	matcher    string // what an override is for: a name, a pattern or a type
	NoValue    *string
	Unit       string
	Color      *struct{ Mode, FixedColor string }
	Thresholds *struct {
		Mode  string
		Steps []struct {
			Color string
			Value *float64
		}
	}
	Mappings []mapping
	Custom   map[string]json.RawMessage
	Links    []struct{ Title, URL string }
}

type mapping struct {
	Type    string
	Options map[string]json.RawMessage
}

// text is what a value mapping shows instead of a value, and its colour.
func (m mapping) text(value string) (text, colour string, found bool) {
	var result struct{ Text, Color string }
	if m.Type != "value" || json.Unmarshal(m.Options[value], &result) != nil {
		return "", "", false
	}
	return result.Text, result.Color, true
}

// all are the defaults, and after them each override.
func (p panel) all() []shown {
	var defaults shown
	_ = json.Unmarshal(p.rawDefaults(), &defaults) // decoded strictly elsewhere
	parts := []shown{defaults}
	for _, o := range p.FieldConfig.Overrides {
		part := shown{override: true}
		_ = json.Unmarshal(o.asField(), &part)
		_ = json.Unmarshal(o.Matcher.Options, &part.matcher)
		parts = append(parts, part)
	}
	return parts
}

// of is what counts for one field: the defaults, and what the overrides for its name change. Overrides by pattern are
// taken to be for every field, as all of ours are that matter here.
func (p panel) of(name string) shown {
	parts := p.all()
	has := parts[0]
	for _, o := range parts[1:] {
		if o.matcher != name && o.matcher != "/.*/" {
			continue
		}
		if o.NoValue != nil {
			has.NoValue = o.NoValue
		}
		if o.Color != nil {
			has.Color = o.Color
		}
		if o.Thresholds != nil {
			has.Thresholds = o.Thresholds
		}
		if o.Mappings != nil {
			has.Mappings = o.Mappings
		}
		if o.Unit != "" {
			has.Unit = o.Unit
		}
		if o.Links != nil {
			has.Links = o.Links
		}
	}
	return has
}

// part of a panel's options that the checks need.
func (p panel) options() (options struct {
	MergeValues   bool
	SortBy        []struct{ DisplayName string }
	ReduceOptions struct{ Fields string }
},
) {
	_ = json.Unmarshal(p.Options, &options)
	return options
}

// organized is the last step of a table, which hides, orders and names columns.
func (p panel) organized() (options struct {
	ExcludeByName map[string]bool
	RenameByName  map[string]string
},
) {
	i := slices.IndexFunc(p.Transformations, func(t transformation) bool { return t.ID == "organize" })
	if i >= 0 {
		_ = json.Unmarshal(p.Transformations[i].Options, &options)
	}
	return options
}

// named are the columns of a table as its reader sees them.
func (p panel) named() []string {
	var names []string
	for field, name := range p.organized().RenameByName {
		if !p.organized().ExcludeByName[field] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isAny(text string, words ...string) bool {
	return slices.Contains(words, strings.ToLower(text))
}
