package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// exposition is the samples of a text answer, by series written with sorted labels:
// a{b="c", d="e"}.
type exposition map[string]float64

// family is a metric family of a text answer.
type family struct {
	kind, help string
	samples    model.Vector // of a histogram its _bucket, _sum and _count
}

func families(t *testing.T, text string) map[string]family {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	parsed, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("the answer does not parse: %v\n%s", err, text)
	}
	found := map[string]family{}
	for name, f := range parsed {
		samples, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{}, f)
		if err != nil {
			t.Fatal(err)
		}
		found[name] = family{kind: strings.ToLower(f.GetType().String()), help: f.GetHelp(), samples: samples}
	}
	return found
}

// parse fails where a series occurs twice.
func parse(t *testing.T, text string) exposition {
	t.Helper()
	samples := exposition{}
	for _, family := range families(t, text) {
		for _, sample := range family.samples {
			series := sample.Metric.String()
			if _, twice := samples[series]; twice {
				t.Errorf("%s occurs twice", series)
			}
			samples[series] = float64(sample.Value)
		}
	}
	return samples
}

// of returns the samples whose series begin so.
func (e exposition) of(prefixes ...string) exposition {
	chosen := exposition{}
	for series, value := range e {
		if slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(series, prefix) }) {
			chosen[series] = value
		}
	}
	return chosen
}

// want compares the samples whose series begin so with exactly these.
func (e exposition) want(t *testing.T, want exposition, prefixes ...string) {
	t.Helper()
	if diff := cmp.Diff(want, e.of(prefixes...)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", strings.Join(prefixes, ", "), diff)
	}
}

// is checks one sample.
func (e exposition) is(t *testing.T, series string, want float64) {
	t.Helper()
	if got, ok := e[series]; !ok || got != want {
		t.Errorf("%s is %v (there: %v), want %v", series, got, ok, want)
	}
}

func TestProbeAnswersTextByDefault(t *testing.T) {
	b, _ := oneRouter(t)
	r := b.get("/probe?target=a")
	if kind := r.header.Get("Content-Type"); r.status != http.StatusOK || !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Errorf("status %d, content type %q", r.status, kind)
	}
	if encoding := r.header.Get("Content-Encoding"); encoding != "" {
		t.Errorf("compressed with %q, which was not asked for", encoding)
	}
	parse(t, r.body).is(t, "peplink_up", 1)
}

func TestProbeAnswersOpenMetricsByAccept(t *testing.T) {
	b, _ := oneRouter(t)
	r := b.get("/probe?target=a", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
	if kind := r.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/openmetrics-text; version=1.0.0") {
		t.Errorf("content type %q", kind)
	}
	for _, line := range []string{"# TYPE peplink_session_grants counter\n", "\npeplink_session_grants_total 1.0\n", "\npeplink_up 1.0\n"} {
		if !strings.Contains(r.body, line) {
			t.Errorf("no %q", line)
		}
	}
	if !strings.HasSuffix(r.body, "\n# EOF\n") {
		t.Error("the answer does not end as OpenMetrics does")
	}
	if strings.Contains(r.body, "_created") {
		t.Error("there are _created series")
	}
}

func TestProbeIsCompressedByAcceptEncoding(t *testing.T) {
	b, _ := oneRouter(t)
	r := b.get("/probe?target=a", "Accept-Encoding", "gzip")
	if encoding := r.header.Get("Content-Encoding"); encoding != "gzip" {
		t.Fatalf("content encoding %q", encoding)
	}
	reader, err := gzip.NewReader(bytes.NewReader([]byte(r.body)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	parse(t, string(text)).is(t, "peplink_up", 1)
}

func TestNoTimestamps(t *testing.T) {
	b, _ := oneRouter(t)
	for name, family := range families(t, b.get("/probe?target=a").body) {
		for _, sample := range family.samples {
			if sample.Timestamp != 0 {
				t.Errorf("%s has a timestamp", name)
			}
		}
	}
}

func TestMetricsAreNamedAsPrometheusAdvises(t *testing.T) {
	b, _ := oneRouter(t, "expose: [addresses, subscriber, location]")
	for _, path := range []string{"/probe?target=a", "/metrics"} {
		problems, err := promlint.New(strings.NewReader(b.get(path).body)).Lint()
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range problems {
			if strings.HasPrefix(problem.Metric, "peplink_") {
				t.Errorf("%s: %s: %s", path, problem.Metric, problem.Text)
			}
		}
	}
}

func TestHostileAnswerDoesNotFailTheProbe(t *testing.T) {
	b, r := oneRouter(t)
	long := strings.Repeat("x", 200)
	r.change(t, wanEndpoint, "/"+long+"1", map[string]any{"name": "same", "enable": true})
	r.change(t, wanEndpoint, "/"+long+"2", map[string]any{"name": "same", "enable": true})
	r.change(t, wanEndpoint, "/", map[string]any{"name": "without an id", "enable": true})
	r.change(t, wanEndpoint, "/8", map[string]any{"name": "a\u202eb\n\x00\"c", "enable": true})
	got := b.probe("a")
	got.is(t, "peplink_up", 1)
	got.is(t, `peplink_wan_enabled{wan="a�b��\"c", wan_id="8"}`, 1)
	// The object without id, and of the two ids that are alike when cut the second.
	got.is(t, `peplink_scrape_unreadable_fields{collector="wan"}`, 2)
	got.want(t, exposition{`peplink_wan_enabled{wan="same", wan_id="` + long[:127] + `…"}`: 1}, `peplink_wan_enabled{wan="same"`)
	if logged := b.logs.records(); len(logged) > 0 {
		t.Errorf("logged: %v", logged)
	}
}

// labelNames lists the label names of each family.
func labelNames(t *testing.T, text string) map[string][]string {
	t.Helper()
	names := map[string][]string{}
	for name, family := range families(t, text) {
		found := map[string]bool{}
		for _, sample := range family.samples {
			for label := range sample.Metric {
				found[string(label)] = true
			}
		}
		delete(found, model.MetricNameLabel)
		delete(found, model.BucketLabel)
		names[name] = slices.Sorted(maps.Keys(found))
	}
	return names
}
