package config_test

import (
	"strings"
	"testing"
)

// Labels of the metrics themselves: a target label of the same name would push
// the series' own aside.
func TestReservedLabels(t *testing.T) {
	const reserved = "job instance target le quantile " +
		"wan_id wan sim rat band band_index peer_id peer profile_id profile collector reason state slot sensor fan kind port_id port"
	var text strings.Builder
	text.WriteString(one + "    labels:\n")
	for name := range strings.FieldsSeq(reserved) {
		text.WriteString("      " + name + ": x\n")
	}
	got := faultsOf(t, text.String(), nil)
	for name := range strings.FieldsSeq(reserved) {
		if !strings.Contains(got, ": labels."+name+": this label name is used by") {
			t.Errorf("%s is allowed", name)
		}
	}
}

func TestLabelsOfTheDashboards(t *testing.T) {
	loaded := good(t, one+"    labels: {site: Zürich, role: hub, availability: always, router_model: '', _x1: 'a\"b'}\n")
	for name, want := range map[string]string{
		"site": "Zürich", "role": "hub", "availability": "always", "router_model": "", "_x1": `a"b`,
	} {
		if got, ok := loaded.Targets[0].Labels[name]; got != want || !ok {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
