package collector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	wanEndpoint       = "status.wan.connection"
	allowanceEndpoint = "status.wan.connection.allowance"
)

var update = flag.Bool("update", false, "write METRICS.md anew")

// simulated is a router, and the client that asks it. Their clock stands still.
type simulated struct {
	*peplinktest.Router
	t      *testing.T
	client *peplink.Client
}

func simulate(t *testing.T) *simulated {
	t.Helper()
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	router, err := peplinktest.New("max-hd2-8.3", peplinktest.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	served, err := router.Serve(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(served.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := peplink.New(peplink.Options{URL: address, Now: clock.Now, Credentials: func() (peplink.Credentials, error) {
		return peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret}, nil
	}})
	t.Cleanup(func() {
		client.Close()
		router.Close()
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	return &simulated{Router: router, t: t, client: client}
}

// change alters the router's documents.
func (s *simulated) change(endpoint, pointer string, value any) {
	s.t.Helper()
	if err := s.Change(endpoint, pointer, value); err != nil {
		s.t.Fatal(err)
	}
}

// samples asks for the WANs and their allowances, and turns the answers into samples.
func (s *simulated) samples(adjust ...func(*collector.View)) model.Vector {
	s.t.Helper()
	wans, err := s.client.WANConnections(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	allowances, err := s.client.Allowances(s.t.Context(), func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		s.t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		s.t.Fatal(err)
	}
	view := &collector.View{TimeZone: berlin, Now: s.Clock().Now(), WANs: known(collector.KnownWANs(&wans.Value)...)}
	for _, change := range adjust {
		change(view)
	}
	families, scrape := &collector.Families{}, &collector.Scrape{}
	collector.CollectWANs(&wans.Value, view, families)
	scrape.Outcomes = append(scrape.Outcomes, collector.Outcome{Collector: "wan", Read: true, Unreadable: wans.Unreadable + families.Dropped()})
	collector.CollectAllowances(&allowances.Value, view, families)
	scrape.Outcomes = append(scrape.Outcomes, collector.Outcome{Collector: "allowance", Read: true, Unreadable: allowances.Unreadable + families.Dropped()})
	collector.CollectScrape(scrape, families)
	return exposed(s.t, families)
}

// exposed are the samples as Prometheus reads them: on the way it is checked that they are
// consistent and that no series is there twice.
func exposed(t *testing.T, families prometheus.Gatherer) model.Vector {
	t.Helper()
	gathered, err := prometheus.Gatherers{families}.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	for _, family := range gathered {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			t.Fatal(err)
		}
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	parsed, err := parser.TextToMetricFamilies(&text)
	if err != nil {
		t.Fatal(err)
	}
	var samples model.Vector
	for _, family := range parsed {
		extracted, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{}, family)
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, extracted...)
	}
	return samples
}

// answers asks a router whose endpoint answers nothing but these objects by id, which are
// JSON. Where a test is a table, its cases are the ids, so that one answer serves all.
func answers(t *testing.T, endpoint string, objects map[string]string, adjust ...func(*collector.View)) model.Vector {
	t.Helper()
	raw := map[string]json.RawMessage{}
	for id, object := range objects {
		raw[id] = json.RawMessage(object)
	}
	document, err := json.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	return answersText(t, endpoint, string(document), adjust...)
}

// answersText is for documents that no map can hold.
func answersText(t *testing.T, endpoint, document string, adjust ...func(*collector.View)) model.Vector {
	t.Helper()
	router := simulate(t)
	router.change(endpoint, "", json.RawMessage(document))
	return router.samples(adjust...)
}

func exposing(expose collector.Expose) func(*collector.View) {
	return func(v *collector.View) { v.Expose = expose }
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// keys names the cases of a table.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
