package mutants

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// What promtool reads as text must reach it as that text, and without what it referred to elsewhere in the file.
func TestSuiteStaysVerbatim(t *testing.T) {
	s, err := parseSuite("a.test.yml", []byte(`
rule_files: [peplink.rules.yml]
anchors: &all
  url: &url https://example.org/#a
tests:
  - input_series:
      - {series: a, values: 0x100}
      - {series: b, values: 1_0x5}
      - {series: 'c{x="yes"}', values: "1 1"}
    alert_rule_test:
      - alertname: A
        eval_time: 010
        exp_alerts: [{exp_labels: {x: yes}, exp_annotations: {url: *url, also: *all}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	delete(s.Rest, "anchors")
	text, err := yaml.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	const want = `tests:
    - alert_rule_test:
        - alertname: A
          eval_time: "010"
          exp_alerts: [{exp_labels: {x: yes}, exp_annotations: {url: 'https://example.org/#a', also: {url: 'https://example.org/#a'}}}]
      input_series:
        - {series: a, values: 0x100}
        - {series: b, values: 1_0x5}
        - {series: 'c{x="yes"}', values: "1 1"}
rule_files: [peplink.rules.yml]
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
