package fleet_test

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// expectations is one file below collector/testdata/expected. A line is a sample that must exist, or
// after "! " one that must not; a line "@model", "@collectors" or "@expose" tells what is
// polled.
type expectations struct {
	model      string
	collectors []string
	expose     []string
	lines      []string
}

// TestExpectedSamples holds the expositions against samples that were worked out by hand
// from the fixtures, apart from the code and from the golden files. Nothing writes the
// files below collector/testdata/expected but people.
func TestExpectedSamples(t *testing.T) {
	files, err := filepath.Glob("../collector/testdata/expected/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	present := map[string]int{}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			expected := readExpectations(t, path)
			router := simulation(t, expected.model)
			router.target.Expose = exposing(expected.expose...)
			series := parse(t, exposition(t, router.poll(t.Context(), expected.collectors...)))
			for _, line := range expected.lines {
				if unwanted, ok := strings.CutPrefix(line, "! "); ok {
					checkAbsent(t, series, unwanted)
				} else {
					checkPresent(t, series, line)
					present[expected.model]++
				}
			}
		})
	}
	for _, model := range peplinktest.Models() {
		if present[model] < 20 {
			t.Errorf("%d samples of %s are expected, at least 20 are wanted of every model", present[model], model)
		}
	}
}

func readExpectations(t *testing.T, path string) expectations {
	t.Helper()
	var expected expectations
	for line := range strings.Lines(string(readFile(t, path))) {
		line = strings.TrimSpace(line)
		words := strings.Fields(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case words[0] == "@model":
			expected.model = words[1]
		case words[0] == "@collectors":
			expected.collectors = words[1:]
		case words[0] == "@expose":
			expected.expose = words[1:]
		default:
			expected.lines = append(expected.lines, line)
		}
	}
	return expected
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
