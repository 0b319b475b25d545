package collector_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// TestExpectedSamples holds the expositions against samples that were worked out by hand
// from the fixtures, apart from the code and from the golden files. Nothing writes the
// files below testdata/expected but people.
func TestExpectedSamples(t *testing.T) {
	for _, fixture := range peplinktest.Models() {
		for variant, expose := range variants {
			t.Run(fixture+variant, func(t *testing.T) {
				path := filepath.Join("testdata", "expected", fixture+variant+".txt")
				router := simulate(t, fixture)
				series := parse(t, exposition(t, router.poll(t, router.request(t, expose))))
				lines, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				checked := 0
				for line := range strings.Lines(string(lines)) {
					line = strings.TrimSpace(line)
					if line == "" || strings.HasPrefix(line, "#") {
						continue
					}
					checked++
					if unwanted, ok := strings.CutPrefix(line, "! "); ok {
						checkAbsent(t, series, unwanted)
					} else {
						checkPresent(t, series, line)
					}
				}
				if checked < 20 {
					t.Errorf("%s holds %d expectations, at least 20 are wanted of every model", path, checked)
				}
			})
		}
	}
}

func parse(t *testing.T, text []byte) model.Vector {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var samples model.Vector
	for _, family := range families {
		extracted, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{}, family)
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, extracted...)
	}
	return samples
}

// series reads a series as it is written in an exposition, without its value.
func series(t *testing.T, text string) model.Metric {
	t.Helper()
	parsed := parse(t, []byte(text+" 0\n"))
	if len(parsed) != 1 {
		t.Fatalf("%q is no series", text)
	}
	return parsed[0].Metric
}

func checkPresent(t *testing.T, got model.Vector, line string) {
	t.Helper()
	at := strings.LastIndex(line, " ")
	want, err := strconv.ParseFloat(line[at+1:], 64)
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	labels := series(t, line[:at])
	for _, sample := range got {
		if sample.Metric.Equal(labels) {
			if float64(sample.Value) != want {
				t.Errorf("%s is %v", line, sample.Value)
			}
			return
		}
	}
	t.Errorf("%s is missing", line)
}

func checkAbsent(t *testing.T, got model.Vector, line string) {
	t.Helper()
	unwanted := series(t, line)
	for _, sample := range got {
		if includes(sample.Metric, unwanted) {
			t.Errorf("%v = %v, but there should be no %s", sample.Metric, sample.Value, line)
		}
	}
}

// includes reports whether a series has all the given labels; an empty one may be missing.
func includes(labels, wanted model.Metric) bool {
	for name, value := range wanted {
		if labels[name] != value {
			return false
		}
	}
	return true
}
