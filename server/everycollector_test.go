package server_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	pepvpnEndpoint = "status.pepvpn"
	loginEndpoint  = "login"
)

// simulateModel is simulate for any model.
func simulateModel(t *testing.T, model string) *router {
	t.Helper()
	simulated, err := peplinktest.New(model, peplinktest.WithClock(newClock()))
	if err != nil {
		t.Fatal(err)
	}
	served, err := simulated.Serve(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &router{Router: simulated, server: served}
	t.Cleanup(func() { r.stop(t) })
	return r
}

// credential is how a target logs in, as lines of the configuration.
type credential []string

// credentials are the two ways to begin a session, by their endpoint.
var credentials = map[string]credential{
	grantEndpoint: {"client_id: " + peplinktest.ClientID, "client_secret: " + peplinktest.ClientSecret},
	loginEndpoint: {"username: " + peplinktest.Username, "password: " + peplinktest.Password},
}

// exporter is a bench with a clock of its own: the time that it remembers things for can
// pass while the router stands still.
type exporter struct {
	*bench
	clock *peplinktest.Clock
	text  string // of the configuration
}

// exporter starts one with this router as its only target, called a, and all collectors.
// It logs in as an API client, or as a user where the model has no API clients.
func (r *router) exporter(t *testing.T, more ...string) *exporter {
	t.Helper()
	if r.TakesClients() {
		return r.exporterWith(t, credentials[grantEndpoint], more...)
	}
	return r.exporterWith(t, credentials[loginEndpoint], more...)
}

// exporterWith is exporter with that credential.
func (r *router) exporterWith(t *testing.T, credential credential, more ...string) *exporter {
	t.Helper()
	lines := slices.Concat(credential, []string{"collectors: [" + strings.Join(collector.Names(), ", ") + "]"}, more)
	clock, text := newClock(), "targets:\n"+target("a", r.server.URL, lines...)
	return &exporter{bench: setup{config: text, clock: clock}.start(t), clock: clock, text: text}
}

// sections are what the tables say of each collector, "" being the poll itself.
func sections() map[string]collector.Section {
	sections := map[string]collector.Section{}
	for _, section := range collector.Sections() {
		sections[section.Collector] = section
	}
	return sections
}

// endpoints are those of all collectors.
func endpoints() (all []string) {
	for name, section := range sections() {
		if name != "" && !slices.Contains(all, section.Endpoint) {
			all = append(all, section.Endpoint)
		}
	}
	return all
}

// simulateWith is a router of a model that has an endpoint.
func simulateWith(t *testing.T, endpoint string) *router {
	t.Helper()
	for _, model := range []string{"max-hd2-8.3", "max-br1-5g-8.6"} {
		if r := simulateModel(t, model); slices.Contains(r.State().Documents, endpoint) {
			return r
		}
	}
	t.Fatalf("neither model has %s", endpoint)
	return nil
}

// spoil sets a fault at an endpoint, and at those that would be asked in its place.
func (r *router) spoil(endpoint string, fault peplinktest.Fault) {
	for _, each := range append([]string{endpoint}, substitutes[endpoint]...) {
		r.SetFault(each, fault)
	}
}

// documented are all metrics of a probe, by name.
func documented() map[string]collector.Document {
	documents := map[string]collector.Document{}
	for _, section := range collector.Sections() {
		for _, metric := range section.Metrics {
			documents[metric.Name] = metric
		}
	}
	return documents
}

// by returns the samples of one collector's metrics.
func (e exposition) by(section collector.Section) exposition {
	chosen := exposition{}
	for series, value := range e {
		name, _, _ := strings.Cut(series, "{")
		if slices.ContainsFunc(section.Metrics, func(d collector.Document) bool { return d.Name == name }) {
			chosen[series] = value
		}
	}
	return chosen
}

// succeeded tells whether a collector did.
func (e exposition) succeeded(collector string) bool {
	return e[succeeds(collector)] == 1
}
