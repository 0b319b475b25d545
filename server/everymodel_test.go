package server_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// exposeAll fills every label that there is.
const exposeAll = "expose: [addresses, subscriber, location]"

// forEveryModel runs a test with a router of each, as by default and with all exposed.
func forEveryModel(t *testing.T, test func(t *testing.T, r *router, expose string)) {
	t.Helper()
	for _, model := range peplinktest.Models() {
		for variant, expose := range map[string]string{"": "expose: []", ".exposed": exposeAll} {
			t.Run(model+variant, func(t *testing.T) {
				test(t, simulateModel(t, model), expose)
			})
		}
	}
}

// ofSomeWANs are collectors that ask for one WAN of their kind at a time.
var ofSomeWANs = []string{"sim", "wifi"}

// A collector fails only where the model lacks its endpoint, and leaves the router up.
func TestEveryModelIsUp(t *testing.T) {
	forEveryModel(t, func(t *testing.T, r *router, expose string) {
		b := r.exporter(t, expose)
		got := b.probe("a")
		got.is(t, "peplink_up", 1)
		want := exposition{}
		for name, section := range sections() {
			if name == "" {
				continue
			}
			lacks := r.lacks(section.Endpoint) && r.lacks(section.Endpoint+".lan") // ports may be told in halves
			if slices.Contains(ofSomeWANs, name) {
				lacks = false // there is nothing to ask for
			}
			want[fmt.Sprintf(`peplink_scrape_collector_success{collector=%q}`, name)] = oneIf(!lacks)
			if lacks {
				want[fmt.Sprintf(`peplink_scrape_error{collector=%q, reason="unsupported"}`, name)] = 1
			}
			if shown := got.by(section); !lacks && len(shown) == 0 && !slices.Contains(ofSomeWANs, name) && name != "pepvpn_remote" && r.Model() != "sloppy" {
				t.Errorf("%s succeeds without a series", name)
			}
		}
		got.want(t, want, "peplink_scrape_collector_success", "peplink_scrape_error")
		if logged := b.logs.records(); len(logged) > 0 && len(got.of("peplink_scrape_error")) == 0 {
			t.Errorf("logged: %v", logged)
		}
	})
}

// What the tables declare of a metric holds in every answer: type, help, and exactly these
// labels on every series.
func TestEveryModelAsText(t *testing.T) {
	declared := documented()
	forEveryModel(t, func(t *testing.T, r *router, expose string) {
		b := r.exporter(t, expose)
		text := b.get("/probe?target=a").body
		parse(t, text) // finds series that occur twice
		for name, family := range families(t, text) {
			document, ok := declared[name]
			if !ok || family.kind != document.Type || family.help != document.Help || len(family.samples) == 0 {
				t.Errorf("%s is a %s (%s) of %d series, declared: %+v", name, family.kind, family.help, len(family.samples), document)
			}
			for _, sample := range family.samples {
				if diff := cmp.Diff(slices.Sorted(slices.Values(document.Labels)), labelsOf(sample.Metric)); diff != "" {
					t.Errorf("labels of %v (-declared +shown):\n%s", sample.Metric, diff)
				}
				value := float64(sample.Value)
				if math.IsNaN(value) || math.IsInf(value, 0) || value < 0 && family.kind == "counter" || sample.Timestamp != 0 {
					t.Errorf("%v is %v at %v", sample.Metric, value, sample.Timestamp)
				}
			}
		}
	})
}

func labelsOf(metric model.Metric) []string {
	var names []string
	for name, value := range metric {
		if name != model.MetricNameLabel {
			names = append(names, string(name))
		}
		if !value.IsValid() || len([]rune(value)) > 128 {
			names = append(names, "a value too long or no UTF-8")
		}
	}
	slices.Sort(names)
	return names
}

// OpenMetrics shows what text shows.
func TestEveryModelAsOpenMetrics(t *testing.T) {
	declared := documented()
	forEveryModel(t, func(t *testing.T, r *router, expose string) {
		b := r.exporter(t, expose)
		text := b.probe("a")
		answer := b.get("/probe?target=a", "Accept", openMetricsAccept)
		kind := answer.header.Get("Content-Type")
		if answer.status != http.StatusOK || !strings.HasPrefix(kind, "application/openmetrics-text; version=1.0.0") {
			t.Fatalf("status %d, %s", answer.status, kind)
		}
		got, err := readOpenMetrics(answer.body)
		if err != nil {
			t.Fatal(err)
		}
		for name, kind := range got.kinds {
			if declared[name].Type != kind {
				t.Errorf("%s is a %s, declared: %+v", name, kind, declared[name])
			}
		}
		got.samples.is(t, "peplink_up", 1)
		sameSeries(t, text, got.samples)
	})
}

// sameSeries compares two probes of a router that stands still: the series, and the values
// of those that come from the router.
func sameSeries(t *testing.T, want, got exposition) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("series (-want +got):\n%s", diff)
	}
	for name, section := range sections() {
		if diff := cmp.Diff(want.by(section), got.by(section)); name != "" && diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEveryModelCompressed(t *testing.T) {
	forEveryModel(t, func(t *testing.T, r *router, expose string) {
		b := r.exporter(t, expose)
		want := b.probe("a")
		for _, accept := range []string{"text/plain", openMetricsAccept} {
			answer := b.get("/probe?target=a", "Accept", accept, "Accept-Encoding", "gzip")
			if encoding := answer.header.Get("Content-Encoding"); answer.status != http.StatusOK || encoding != "gzip" {
				t.Fatalf("status %d, content encoding %q", answer.status, encoding)
			}
			reader, err := gzip.NewReader(strings.NewReader(answer.body))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(reader)
			if err != nil {
				t.Fatal(err)
			}
			if accept == "text/plain" {
				sameSeries(t, want, parse(t, string(text)))
				continue
			}
			got, err := readOpenMetrics(string(text))
			if err != nil {
				t.Fatal(err)
			}
			sameSeries(t, want, got.samples)
		}
	})
}

// Each collector alone brings what it does among the others, names of WANs included, and
// no metric of another one.
func TestEveryModelByCollector(t *testing.T) {
	forEveryModel(t, func(t *testing.T, r *router, expose string) {
		b := r.exporter(t, expose)
		whole := b.probe("a")
		for _, name := range collector.Names() {
			// Two exporters must not share an API client, for a grant may end the other's token.
			cold := simulateModel(t, r.Model()).exporter(t, expose)
			for state, e := range map[string]*exporter{"warm": b, "cold": cold} {
				alone := e.probe("a&collect[]=" + name)
				alone.is(t, "peplink_up", oneIf(whole.succeeded(name)))
				for other, section := range sections() {
					want := whole.by(section)
					if other == "" {
						continue
					}
					if other != name {
						want = exposition{}
					}
					if diff := cmp.Diff(want, alone.by(section)); diff != "" {
						t.Errorf("%s of %s alone, %s (-want +got):\n%s", other, name, state, diff)
					}
				}
				if told := alone.of("peplink_scrape_collector_success"); len(told) != 1 {
					t.Errorf("%s alone tells %v", name, told)
				}
			}
		}
	})
}
