package server_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// own are the exporter's own metrics, each with its label names once every one of them
// has a series.
var own = map[string]struct {
	kind   string
	labels []string
}{
	"peplink_exporter_build_info":                                   {"gauge", []string{"branch", "goarch", "goos", "goversion", "revision", "tags", "version"}},
	"peplink_exporter_config_last_reload_successful":                {"gauge", nil},
	"peplink_exporter_config_last_reload_success_timestamp_seconds": {"gauge", nil},
	"peplink_exporter_targets":                                      {"gauge", nil},
	"peplink_exporter_targets_without_secret":                       {"gauge", nil},
	"peplink_exporter_probes_total":                                 {"counter", []string{"outcome"}},
	"peplink_exporter_probes_in_flight":                             {"gauge", nil},
	"peplink_exporter_probes_rejected_total":                        {"counter", nil},
	"peplink_exporter_requests_shared_total":                        {"counter", nil},
	"peplink_exporter_router_requests_total":                        {"counter", []string{"endpoint", "outcome"}},
	"peplink_exporter_router_request_duration_seconds":              {"histogram", []string{"endpoint"}},
}

func TestOwnMetrics(t *testing.T) {
	b, _ := oneRouter(t)
	b.probe("a")
	body := b.get("/metrics").body
	parsed, labels := families(t, body), labelNames(t, body)
	for name, want := range own {
		family, ok := parsed[name]
		if !ok {
			t.Errorf("no %s", name)
			continue
		}
		if family.kind != want.kind || family.help == "" {
			t.Errorf("%s is a %s with help %q, want a %s", name, family.kind, family.help, want.kind)
		}
		if !slices.Equal(labels[name], want.labels) {
			t.Errorf("%s has labels %q, want %q", name, labels[name], want.labels)
		}
	}
	for name := range labels {
		if slices.Contains(labels[name], "target") || slices.Contains(labels[name], "instance") {
			t.Errorf("%s has a label for the target", name)
		}
	}
	for _, name := range []string{"go_goroutines", "process_start_time_seconds", "process_resident_memory_bytes"} {
		if len(parsed[name].samples) == 0 {
			t.Errorf("no %s", name)
		}
	}
	if strings.Contains(body, `"a"`) {
		t.Error("the name of the target is in a label")
	}
}

func TestOwnMetricsBeforeTheFirstProbe(t *testing.T) {
	b, _ := oneRouter(t)
	got := b.samples("/metrics")
	got.is(t, "peplink_exporter_targets", 1)
	got.is(t, "peplink_exporter_config_last_reload_successful", 1)
	if loaded := got["peplink_exporter_config_last_reload_success_timestamp_seconds"]; loaded < 1.7e9 {
		t.Errorf("the configuration was loaded at %v", loaded)
	}
	got.want(t, exposition{
		`peplink_exporter_probes_total{outcome="up"}`: 0, `peplink_exporter_probes_total{outcome="partial"}`: 0,
		`peplink_exporter_probes_total{outcome="down"}`: 0,
		"peplink_exporter_probes_in_flight":             0, "peplink_exporter_probes_rejected_total": 0,
	}, "peplink_exporter_probes_")
}

func TestOutcomesOfProbes(t *testing.T) {
	for name, test := range map[string]struct {
		endpoint, query string
		fault           peplinktest.Fault
		want            string
	}{
		"all well":                        {"", "a", peplinktest.Fault{}, "up"},
		"one collector fails":             {allowanceEndpoint, "a", peplinktest.Fault{Status: 500}, "partial"},
		"one is forbidden":                {allowanceEndpoint, "a", peplinktest.Fault{Forbidden: true}, "partial"},
		"one is unsupported":              {allowanceEndpoint, "a", peplinktest.Fault{Status: 404}, "up"},
		"one that was not asked for":      {allowanceEndpoint, "a&collect[]=wan", peplinktest.Fault{Status: 500}, "up"},
		"the only one asked for":          {allowanceEndpoint, "a&collect[]=allowance", peplinktest.Fault{Status: 500}, "down"},
		"the only one is unsupported":     {allowanceEndpoint, "a&collect[]=allowance", peplinktest.Fault{Status: 404}, "down"},
		"down":                            {everyEndpoint, "a", peplinktest.Fault{Status: 500}, "down"},
		"refused":                         {grantEndpoint, "a", peplinktest.Fault{Forbidden: true}, "down"},
		"a name that no collector needed": {wanEndpoint, "a&collect[]=allowance", peplinktest.Fault{Status: 500}, "up"},
	} {
		t.Run(name, func(t *testing.T) {
			b, r := oneRouter(t)
			if test.endpoint != "" {
				r.SetFault(test.endpoint, test.fault)
			}
			b.probe(test.query)
			want := exposition{}
			for _, outcome := range []string{"up", "partial", "down"} {
				want[`peplink_exporter_probes_total{outcome="`+outcome+`"}`] = oneIf(outcome == test.want)
			}
			b.samples("/metrics").want(t, want, "peplink_exporter_probes_total")
		})
	}
}

// What is refused before a router is asked is no probe.
func TestRefusedRequestsAreNoProbes(t *testing.T) {
	b, _ := oneRouter(t)
	for _, query := range []string{"", "target=b", "target=a&collect[]=x"} {
		b.get("/probe?" + query)
	}
	for series, value := range b.samples("/metrics").of("peplink_exporter_probes_") {
		if value != 0 {
			t.Errorf("%s is %v", series, value)
		}
	}
}

func TestRequestsToRoutersAreCounted(t *testing.T) {
	b, r := oneRouter(t)
	b.probe("a")
	r.SetFault(allowanceEndpoint, peplinktest.Fault{Status: 500})
	r.SetFault(wanEndpoint, peplinktest.Fault{LoginPage: true, Times: 1})
	b.probe("a")
	body := b.get("/metrics").body
	got := parse(t, body)
	got.want(t, exposition{
		`peplink_exporter_router_requests_total{endpoint="auth.token.grant", outcome="ok"}`:                  1,
		`peplink_exporter_router_requests_total{endpoint="status.wan.connection", outcome="ok"}`:             1,
		`peplink_exporter_router_requests_total{endpoint="status.wan.connection", outcome="decode"}`:         1,
		`peplink_exporter_router_requests_total{endpoint="status.wan.connection.allowance", outcome="ok"}`:   1,
		`peplink_exporter_router_requests_total{endpoint="status.wan.connection.allowance", outcome="http"}`: 1,
	}, "peplink_exporter_router_requests_total")
	got.want(t, exposition{
		`peplink_exporter_router_request_duration_seconds_count{endpoint="auth.token.grant"}`:                1,
		`peplink_exporter_router_request_duration_seconds_count{endpoint="status.wan.connection"}`:           2,
		`peplink_exporter_router_request_duration_seconds_count{endpoint="status.wan.connection.allowance"}`: 2,
	}, "peplink_exporter_router_request_duration_seconds_count")
	var bounds []string
	for _, sample := range families(t, body)["peplink_exporter_router_request_duration_seconds"].samples {
		if sample.Metric["endpoint"] == grantEndpoint && sample.Metric[model.BucketLabel] != "" {
			bounds = append(bounds, string(sample.Metric[model.BucketLabel]))
		}
	}
	if diff := cmp.Diff([]string{"0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "+Inf"}, bounds); diff != "" {
		t.Errorf("buckets (-want +got):\n%s", diff)
	}
}

func TestTargetsWithoutSecretAreCounted(t *testing.T) {
	secret, clock := filepath.Join(t.TempDir(), "b.secret"), newClock()
	r := simulate(t, clock)
	b := setup{clock: clock, config: targets(
		target("a", "https://192.0.2.1"),
		target("b", r.server.URL, "client_id: "+peplinktest.ClientID, "client_secret_file: "+secret),
	)}.start(t)
	b.samples("/metrics").is(t, "peplink_exporter_targets", 2)
	b.samples("/metrics").is(t, "peplink_exporter_targets_without_secret", 1)
	writeFile(t, secret, peplinktest.ClientSecret+"\n")
	b.probe("b").is(t, "peplink_up", 1) // which is when it is read
	b.samples("/metrics").is(t, "peplink_exporter_targets_without_secret", 0)
}

// Nothing but a probe asks a router.
func TestOnlyProbesAskRouters(t *testing.T) {
	b, r := oneRouter(t)
	for _, path := range []string{"/metrics", "/sd", "/", "/-/healthy", "/-/ready"} {
		if answer := b.get(path); answer.status != 200 {
			t.Errorf("%s: status %d", path, answer.status)
		}
	}
	if n := r.Count(everyEndpoint); n != 0 {
		t.Errorf("the router was asked %d times", n)
	}
}
