package queries_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/gauge"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// beside is what Grafana reads in an annotation of Prometheus and its types leave out.
var beside = []string{"'titleFormat'", "'textFormat'", "'tagKeys'"}

// strictFaults decodes a dashboard with Grafana's own types: unknown keys, wrong types and missing keys are faults.
func strictFaults(d dashboard) []string {
	plugins.RegisterDefaultPlugins()
	var faults []string
	if err := new(sdk.Dashboard).UnmarshalJSONStrict(d.text); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !slices.ContainsFunc(beside, func(key string) bool { return strings.HasSuffix(line, "AnnotationQuery: unexpected field "+key) }) {
				faults = append(faults, d.file+": "+line)
			}
		}
	}
	// Those types leave open how a panel shows its fields.
	for _, p := range d.panels() {
		faults = append(faults, d.fieldFaults(p, "defaults", p.rawDefaults())...)
		for _, o := range p.FieldConfig.Overrides {
			faults = append(faults, d.fieldFaults(p, "override for "+string(o.Matcher.Options), o.asField())...)
		}
	}
	return faults
}

// asField puts the properties of an override where they stand among the defaults.
func (o override) asField() json.RawMessage {
	field, custom := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for _, property := range o.Properties {
		if id, own := strings.CutPrefix(property.ID, "custom."); own {
			// A part of a part, such as custom.hideFrom.viz, is looked at by its first name only.
			first, _, deeper := strings.Cut(id, ".")
			if !deeper {
				custom[first] = property.Value
			}
			continue
		}
		field[property.ID] = property.Value
	}
	if len(custom) > 0 {
		field["custom"], _ = json.Marshal(custom)
	}
	text, _ := json.Marshal(field)
	return text
}

func (d dashboard) fieldFaults(p panel, what string, text json.RawMessage) []string {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return []string{d.told(p, "%s: %v", what, err)}
	}
	custom := keys["custom"]
	delete(keys, "links") // the types take a link of a field for one of the dashboard, which has more keys
	delete(keys, "custom")
	text, _ = json.Marshal(keys)
	var faults []string
	if err := new(sdk.FieldConfig).UnmarshalJSONStrict(text); err != nil {
		faults = append(faults, d.told(p, "%s: %v", what, err))
	}
	if decode := decoders()[p.Type].StrictFieldConfigUnmarshaler; custom != nil && decode == nil {
		faults = append(faults, d.told(p, "%s: custom: a %s has none", what, p.Type))
	} else if custom != nil {
		if _, err := decode(custom); err != nil {
			faults = append(faults, d.told(p, "%s: custom: %v", what, err))
		}
	}
	return faults
}

// decoders know what is a panel type's own.
func decoders() map[string]variants.PanelcfgConfig {
	return map[string]variants.PanelcfgConfig{
		"stat": stat.VariantConfig(), "timeseries": timeseries.VariantConfig(), "table": table.VariantConfig(),
		"state-timeline": statetimeline.VariantConfig(), "gauge": gauge.VariantConfig(), "bargauge": bargauge.VariantConfig(),
	}
}

func TestDashboardsDecodeStrictly(t *testing.T) {
	for _, d := range dashboards(t) {
		report(t, strictFaults(d))
	}
	const override = "panels/2/fieldConfig/overrides/0/properties/0"
	findsFaults(t, strictFaults, []change{
		{"panles", []any{}, "fleet.json: Dashboard: unexpected field 'panles'"},
		{"weekStart", 1, "fleet.json: weekStart: "},
		{"panels/1/options/legend/placment", "x", "unexpected field 'placment'"},
		{"panels/1/fieldConfig/defaults/custom", map[string]any{"lineWidht": 1}, `panel 2 "Which links lose packets?": defaults: custom: `},
		{"panels/1/fieldConfig/defaults/unti", "s", `panel 2 "Which links lose packets?": defaults: FieldConfig: unexpected field 'unti'`},
		{"panels/1/fieldConfig/defaults/color", "red", "defaults: color: "},
		{override, map[string]any{"id": "unti", "value": "s"}, `override for "WAN": FieldConfig: unexpected field 'unti'`},
		{override, map[string]any{"id": "custom.widht", "value": 3}, `override for "WAN": custom: `},
		{override, map[string]any{"id": "thresholds", "value": []any{}}, `override for "WAN": thresholds: `},
		{"panels/1/targets/0/exrp", "x", "unexpected field 'exrp'"},
		{"templating/list/0/tipe", "x", "unexpected field 'tipe'"},
	})
}
