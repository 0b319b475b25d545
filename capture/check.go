package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
)

const wanEndpoint = "status.wan.connection"

// Of values of the same name only some are looked at: fewer where they have told something.
const (
	fewTries  = 2
	manyTries = 6
)

// finding is what became of all values of the same name.
type finding struct {
	name    string
	example any
	tries   int      // values that were looked at
	metrics []string // that come from them
	isRead  bool     // they are decoded, though no sample of this capture depends on them
	why     string   // why not, where that is on purpose
}

// isUnknown reports whether nothing is known of the field.
func (f *finding) isUnknown() bool { return len(f.metrics) == 0 && !f.isRead && f.why == "" }

// fallbacks are endpoints that are asked where that of their collector is refused.
var fallbacks = map[string]string{
	"status.cpu": "system", "info.system": "system", "status.port.lan": "port", "status.port.wan": "port",
}

// collectorsOf lists the collectors whose metrics come from an endpoint.
func collectorsOf(endpoint string) (names []string) {
	for _, section := range collector.Sections() {
		if section.Collector != "" && (section.Endpoint == endpoint || fallbacks[endpoint] == section.Collector) {
			names = append(names, section.Collector)
		}
	}
	return names
}

// bench polls a router that answers one endpoint, and the list of its WANs.
type bench struct {
	router     *router
	polled     *fleet.Router
	collectors []string
}

func newBench(answers map[string]any, endpoint string) (b *bench, end func(), err error) {
	b = &bench{router: &router{answers: map[string]any{}}, collectors: collectorsOf(endpoint)}
	for _, name := range []string{wanEndpoint, endpoint} {
		if response, ok := answers[name]; ok {
			b.router.set(name, response)
		}
	}
	if perWAN[endpoint] != "" { // of WANs that may not be in the list that was saved
		b.router.set(wanEndpoint, wansOf(endpoint, answers[endpoint]))
	}
	server := httptest.NewServer(b.router)
	address, err := url.Parse(server.URL)
	if err != nil {
		return nil, server.Close, err
	}
	now := time.Date(2026, time.March, 14, 9, 26, 53, 0, time.UTC)
	target := &config.Target{
		Name: "capture", URL: address, Collectors: b.collectors, TimeZone: time.UTC,
		Expose:  config.Expose{Addresses: true, Subscriber: true, Location: true},
		Timeout: time.Minute, ConnectTimeout: 5 * time.Second, MaxConcurrentRequests: 1, MaxPeers: 1000, MaxLinkPeers: 200,
		ClientID: config.LiteralSecret("capture"), ClientSecret: config.LiteralSecret("capture"),
	}
	polled := fleet.New(&config.Config{Targets: []*config.Target{target}}, fleet.Options{Now: func() time.Time { return now }})
	b.polled = polled.Routers()[0]
	return b, func() {
		fleet.Retire(context.Background(), polled.Routers())
		server.Close()
	}, nil
}

// poll returns the samples of the answers as they are, and how much of them is unreadable.
func (b *bench) poll(ctx context.Context) (samples map[string]bool, unreadable int, err error) {
	result := b.polled.Poll(ctx, b.collectors)
	for i := range result.Outcomes {
		unreadable += result.Outcomes[i].Unreadable
	}
	families, err := result.Gather()
	if err != nil {
		return nil, 0, err
	}
	var text bytes.Buffer
	for _, family := range families {
		name := family.GetName()
		if strings.HasPrefix(name, "peplink_scrape_") || strings.HasPrefix(name, "peplink_session_") || strings.HasPrefix(name, "peplink_target_") {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return nil, 0, err
		}
	}
	samples = map[string]bool{}
	for line := range strings.Lines(text.String()) {
		if !strings.HasPrefix(line, "#") {
			samples[line] = true
		}
	}
	return samples, unreadable, nil
}

// check tells what becomes of each field of an answer, by trying: what changes when the
// field is left out, and whether it counts as unreadable when it is garbled.
func check(ctx context.Context, answers map[string]any, endpoint string) ([]finding, error) {
	b, end, err := newBench(answers, endpoint)
	defer end()
	if err != nil {
		return nil, err
	}
	whole := answers[endpoint]
	before, unreadable, err := b.poll(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]*finding{}
	for _, leaf := range leaves(whole) {
		f := found[leaf.name]
		if f == nil {
			f = &finding{name: leaf.name, example: leaf.value}
			f.why, _ = collector.WhyUnread(endpoint, leaf.name)
			found[leaf.name] = f
		}
		if f.tries++; f.tries > fewTries && len(f.metrics) > 0 || f.tries > manyTries {
			continue
		}
		b.router.set(endpoint, changed(whole, leaf.path, nil))
		after, _, err := b.poll(ctx)
		if err != nil {
			return nil, err
		}
		f.metrics = append(f.metrics, differing(before, after)...)
		b.router.set(endpoint, changed(whole, leaf.path, map[string]any{"garbled": "garbled"}))
		_, garbled, err := b.poll(ctx)
		if err != nil {
			return nil, err
		}
		f.isRead = f.isRead || garbled != unreadable
	}
	findings := make([]finding, 0, len(found))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		f := found[name]
		slices.Sort(f.metrics)
		f.metrics = slices.Compact(f.metrics)
		findings = append(findings, *f)
	}
	return findings, nil
}

// differing lists the metrics whose samples are not the same.
func differing(before, after map[string]bool) (metrics []string) {
	for _, pair := range [][2]map[string]bool{{before, after}, {after, before}} {
		for sample := range pair[0] {
			if !pair[1][sample] {
				metrics = append(metrics, strings.FieldsFunc(sample, func(r rune) bool { return r == '{' || r == ' ' })[0])
			}
		}
	}
	return metrics
}

// line says in one line what became of a field.
func (f *finding) line() string {
	const most = 4 // metrics that are named
	told := "unknown"
	switch {
	case len(f.metrics) > most:
		told = fmt.Sprintf("%s and %d more", strings.Join(f.metrics[:most], ", "), len(f.metrics)-most)
	case len(f.metrics) > 0:
		told = strings.Join(f.metrics, ", ")
	case f.why != "":
		told = "on purpose not: " + f.why
	case f.isRead:
		told = "read; no sample of this capture depends on it"
	}
	return fmt.Sprintf("  %-45s %-42s %s", f.name, masked(f.example), told)
}
