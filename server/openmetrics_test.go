package server_test

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/prometheus/common/model"
)

// openMetricsAccept is how Prometheus asks for OpenMetrics.
const openMetricsAccept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"

var (
	openMetricsMeta   = regexp.MustCompile(`^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$`)
	openMetricsSample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)$`)
	openMetricsLabel  = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)`)
)

// openMetrics reads OpenMetrics 1.0 as strictly as it is specified, as far as a probe uses
// it: gauges and counters without timestamps, exemplars, units or creation times.
type openMetrics struct {
	samples exposition
	kinds   map[string]string // by name of the samples
	family  string            // whose lines are being read
	told    map[string]bool   // HELP and TYPE of the family
	seen    map[string]bool   // families
}

func readOpenMetrics(text string) (*openMetrics, error) {
	o := &openMetrics{samples: exposition{}, kinds: map[string]string{}, seen: map[string]bool{}}
	body, whole := strings.CutSuffix(text, "# EOF\n")
	if !whole || !utf8.ValidString(text) || body != "" && !strings.HasSuffix(body, "\n") {
		return nil, errors.New("no UTF-8 that ends with # EOF")
	}
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		read := o.sample
		if strings.HasPrefix(line, "#") {
			read = o.meta
		}
		if err := read(line); err != nil {
			return nil, fmt.Errorf("%w: %q", err, line)
		}
	}
	return o, nil
}

// meta begins a family, or says more of the one that has begun.
func (o *openMetrics) meta(line string) error {
	parts := openMetricsMeta.FindStringSubmatch(line)
	if parts == nil {
		return errors.New("neither HELP nor TYPE")
	}
	what, name, said := parts[1], parts[2], parts[3]
	if name != o.family {
		if o.seen[name] {
			return errors.New("the family's lines do not stand together")
		}
		o.family, o.seen[name], o.told = name, true, map[string]bool{}
	}
	if o.told[what] || o.told["sample"] {
		return errors.New("said twice, or after the first sample")
	}
	o.told[what] = true
	if what == "HELP" {
		return nil
	}
	switch {
	case said == "counter" && !strings.HasSuffix(name, "_total"):
		name += "_total"
	case said != "gauge" || strings.HasSuffix(name, "_total"):
		return errors.New("a type, or a name for it, that a probe does not have")
	}
	o.kinds[name] = said
	return nil
}

func (o *openMetrics) sample(line string) error {
	parts := openMetricsSample.FindStringSubmatch(line)
	if parts == nil {
		return errors.New("no sample, or one with a timestamp or exemplar")
	}
	name, value := parts[1], parts[3]
	if kind := o.kinds[name]; kind == "" || name != o.family && name != o.family+"_total" {
		return errors.New("a sample of another family, or of none")
	}
	labels, err := openMetricsLabels(parts[2])
	if err != nil {
		return err
	}
	labels[model.MetricNameLabel] = model.LabelValue(name)
	o.told["sample"] = true
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) || number < 0 && o.kinds[name] == "counter" {
		return errors.New("no number that a probe may show")
	}
	series := labels.String()
	if _, twice := o.samples[series]; twice {
		return errors.New("the series occurs twice")
	}
	o.samples[series] = number
	return nil
}

func openMetricsLabels(text string) (model.Metric, error) {
	labels := model.Metric{}
	for text != "" {
		parts := openMetricsLabel.FindStringSubmatch(text)
		if parts == nil {
			return nil, errors.New("labels that are not written as they should be")
		}
		name := model.LabelName(parts[1])
		if _, twice := labels[name]; twice {
			return nil, errors.New("a label occurs twice")
		}
		labels[name] = model.LabelValue(strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(parts[2]))
		text = text[len(parts[0]):]
		if text == "" && strings.HasSuffix(parts[0], ",") {
			return nil, errors.New("a comma after the last label")
		}
	}
	return labels, nil
}

// The reader is the judge of other tests, so it is judged here.
func TestOpenMetricsReader(t *testing.T) {
	const sound = "# HELP a_b Help.\n# TYPE a_b counter\na_b_total{c=\"d\\\"\"} 1.0\na_b_total{c=\"\"} 2.0\n# TYPE e gauge\ne -3.5\n# EOF\n"
	got, err := readOpenMetrics(sound)
	if err != nil {
		t.Fatal(err)
	}
	got.samples.want(t, exposition{`a_b_total{c="d\""}`: 1, `a_b_total{c=""}`: 2, "e": -3.5}, "")
	for fault, change := range map[string][2]string{
		"no end":              {"# EOF\n", ""},
		"more after the end":  {"# EOF\n", "# EOF\ne 1\n"},
		"empty line":          {"e -3.5\n", "e -3.5\n\n"},
		"timestamp":           {"e -3.5", "e -3.5 1773480413"},
		"exemplar":            {"1.0", "1.0 # {a=\"b\"} 1"},
		"counter not a total": {"a_b_total{c=\"\"}", "a_b{c=\"\"}"},
		"family is a total":   {"a_b counter", "a_b_total counter"},
		"created":             {"e -3.5", "e -3.5\na_b_created 1"},
		"other type":          {"e gauge", "e histogram"},
		"no type":             {"# TYPE e gauge\n", ""},
		"type twice":          {"# TYPE e gauge\n", "# TYPE e gauge\n# TYPE e gauge\n"},
		"family in two parts": {"e -3.5\n", "e -3.5\n# TYPE a_b counter\n"},
		"comment":             {"e -3.5\n", "e -3.5\n# hello\n"},
		"series twice":        {"c=\"\"", "c=\"d\\\"\""},
		"label twice":         {"c=\"\"", "c=\"\",c=\"\""},
		"comma at the end":    {"c=\"\"", "c=\"\","},
		"bad escape":          {"d\\\"", "d\\t"},
		"no UTF-8":            {"d\\\"", "d\xff"},
		"no number":           {"2.0", "two"},
		"not a number":        {"2.0", "NaN"},
		"falling counter":     {"2.0", "-2.0"},
	} {
		text := strings.Replace(sound, change[0], change[1], 1)
		if _, err := readOpenMetrics(text); err == nil || text == sound {
			t.Errorf("%s is taken:\n%s", fault, text)
		}
	}
}
