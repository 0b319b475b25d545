package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

func (b *bench) post(path string, headers ...string) reply {
	b.t.Helper()
	r, err := b.ask(http.MethodPost, path, headers...)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// known is the names of the targets that are served.
func (b *bench) known() (names []string) {
	b.t.Helper()
	for _, group := range b.discovered("/sd") {
		names = append(names, group.Labels["__param_target"])
	}
	return names
}

func (b *bench) knows(what string, want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.known()); diff != "" {
		b.t.Errorf("%s: targets (-want +got):\n%s", what, diff)
	}
}

// givesBack waits until a session was given back at the router.
func (r *router) givesBack(t *testing.T) {
	t.Helper()
	patience, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	if err := r.WaitFor(patience, "auth.token.revoke", 1); err != nil {
		t.Errorf("the session is not given back: %v", err)
	}
}

const (
	reloadSuccessful = "peplink_exporter_config_last_reload_successful"
	reloadTime       = "peplink_exporter_config_last_reload_success_timestamp_seconds"
)

func TestReload(t *testing.T) {
	clock := newClock()
	loadedAt := float64(clock.Now().Unix())
	kept, added := simulate(t, clock), simulate(t, clock)
	b := setup{clock: clock, config: targets(target("kept", kept.server.URL), target("old", "https://192.0.2.1"))}.start(t)
	b.probe("kept").is(t, "peplink_up", 1)
	b.samples("/metrics").is(t, reloadTime, loadedAt)
	clock.Advance(90 * time.Second)

	b.configure(targets(target("kept", kept.server.URL), target("new", added.server.URL)))
	b.knows("before the reload", "kept", "old")
	if r := b.post("/-/reload"); r.status != http.StatusOK || !strings.Contains(r.body, "2 targets") {
		t.Errorf("status %d: %s", r.status, r.body)
	}
	b.knows("after it", "kept", "new")
	b.probe("new").is(t, "peplink_up", 1)
	if r := b.get("/probe?target=old"); r.status != http.StatusNotFound {
		t.Errorf("a target that left: status %d, want 404", r.status)
	}
	if row := b.row("new"); !strings.Contains(row, " up ") {
		t.Errorf("on the page: %s", row)
	}
	if shown := b.get("/config").body; !strings.Contains(shown, "name: new") || strings.Contains(shown, "name: old") {
		t.Errorf("/config is not that of the new file:\n%s", shown)
	}
	b.probe("kept").is(t, "peplink_session_grants_total", 1)
	metrics := b.samples("/metrics")
	metrics.is(t, reloadSuccessful, 1)
	metrics.is(t, reloadTime, loadedAt+90)
	metrics.is(t, "peplink_exporter_targets", 2)
	if n := kept.Count(grantEndpoint); n != 1 {
		t.Errorf("%d grants for a target that did not change", n)
	}
}

func TestReloadOfFaultyFile(t *testing.T) {
	const secret = "correct horse battery staple"
	clock := newClock()
	loadedAt := float64(clock.Now().Unix())
	router := simulate(t, clock)
	sound := targets(target("a", router.server.URL))
	b := setup{clock: clock, config: sound}.start(t)
	b.probe("a").is(t, "peplink_up", 1)
	clock.Advance(time.Minute)

	b.configure(`defaults: {client_id: x, client_secret: ` + secret + `}
targets:
  - name: a
    url: https://192.0.2.1
    timeout: soon
    colour: red
  - name: a
    url: ftp://192.0.2.2
`)
	for range 2 {
		r := b.post("/-/reload")
		if r.status != http.StatusInternalServerError {
			t.Errorf("status %d, want 500", r.status)
		}
		lines := strings.Split(strings.TrimSpace(r.body), "\n")
		places := []string{":5: timeout: ", ":6: colour: ", ":7: name: ", ":8: url: "}
		if len(lines) != len(places) {
			t.Errorf("%d faults, want %d:\n%s", len(lines), len(places), r.body)
		}
		for i, place := range places[:min(len(lines), len(places))] {
			if !strings.HasPrefix(lines[i], b.file+place) {
				t.Errorf("not at %s: %s", place, lines[i])
			}
		}
		if strings.Contains(r.body+b.logs.String(), secret) {
			t.Error("a secret is shown")
		}
		metrics := b.samples("/metrics")
		metrics.is(t, reloadSuccessful, 0)
		metrics.is(t, reloadTime, loadedAt)
		metrics.is(t, "peplink_exporter_targets", 1)
	}
	b.knows("after faults", "a")
	b.probe("a").is(t, "peplink_session_grants_total", 1)

	b.configure(sound)
	if r := b.post("/-/reload"); r.status != http.StatusOK {
		t.Errorf("after the repair: status %d: %s", r.status, r.body)
	}
	metrics := b.samples("/metrics")
	metrics.is(t, reloadSuccessful, 1)
	metrics.is(t, reloadTime, loadedAt+60)
	b.probe("a").is(t, "peplink_session_grants_total", 1)
}

func TestReloadIsLogged(t *testing.T) {
	b, _ := oneRouter(t)
	b.configure(targets(target("a", "http://192.0.2.1"), target("b", "http://192.0.2.2")))
	b.post("/-/reload")
	b.configure("targets: 1\n")
	b.post("/-/reload")
	var got []string
	for _, r := range b.logged() {
		got = append(got, r.Level+" "+r.Message)
	}
	want := []string{
		"INFO configuration reloaded",
		"WARN configuration", // http:// is risky
		"WARN configuration", // and one secret for several more so
		"ERROR configuration not reloaded, the one before serves on",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("logged (-want +got):\n%s", diff)
	}
}

func TestReloadByPostOnly(t *testing.T) {
	b, r := oneRouter(t)
	b.configure(targets())
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete} {
		got, err := b.ask(method, "/-/reload")
		if err != nil {
			t.Fatal(err)
		}
		if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != http.MethodPost {
			t.Errorf("%s: status %d, Allow %q", method, got.status, got.header.Get("Allow"))
		}
	}
	b.knows("after methods that do not reload", "a")
	if n := r.Count(everyEndpoint); n != 0 {
		t.Errorf("the router was asked %d times", n)
	}
}

// A page of another site must not make its reader's browser reload.
func TestCrossSiteReloadIsRefused(t *testing.T) {
	b, _ := oneRouter(t)
	b.configure("targets: []\n")
	for name, headers := range map[string][]string{
		"another site":         {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"a neighbour":          {"Sec-Fetch-Site", "same-site"},
		"an old browser":       {"Origin", "http://evil.example"},
		"a sandboxed document": {"Origin", "null"},
		"another port":         {"Origin", "http://127.0.0.1:1"},
	} {
		if r := b.post("/-/reload", headers...); r.status != http.StatusForbidden {
			t.Errorf("%s: status %d, want 403", name, r.status)
		}
	}
	b.knows("after refused reloads", "a")
	for name, headers := range map[string][]string{
		"no browser":          nil,
		"the exporter's page": {"Sec-Fetch-Site", "same-origin", "Origin", b.url},
		"a bookmark":          {"Sec-Fetch-Site", "none"},
	} {
		if r := b.post("/-/reload", headers...); r.status != http.StatusOK {
			t.Errorf("%s: status %d: %s", name, r.status, r.body)
		}
	}
	b.knows("after reloads")
}

func TestReloadBelowThePrefix(t *testing.T) {
	b := setup{config: "targets: []\n", options: server.Options{ExternalURL: mustURL(t, "http://metrics.example/peplink")}}.start(t)
	if r := b.post("/peplink/-/reload"); r.status != http.StatusOK {
		t.Errorf("below the prefix: status %d", r.status)
	}
	if r := b.get("/peplink/config"); r.status != http.StatusOK {
		t.Errorf("/peplink/config: status %d", r.status)
	}
	if r := b.post("/-/reload"); r.status != http.StatusNotFound {
		t.Errorf("beside it: status %d, want 404", r.status)
	}
}

// The probe was asked for before its target left; it is answered whole.
func TestReloadDuringAProbe(t *testing.T) {
	b, r := oneRouter(t)
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	answered := b.begin("/probe?target=a")
	r.wait(t, wanEndpoint, 1)
	b.configure("targets: []\n")
	if r := b.post("/-/reload"); r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	b.knows("while the probe runs")
	r.ClearFault(wanEndpoint)
	got := <-answered
	if got.status != http.StatusOK {
		t.Fatalf("status %d: %s", got.status, got.body)
	}
	samples := parse(t, got.body)
	samples.is(t, "peplink_up", 1)
	samples.want(t, exposition{}, "peplink_scrape_error")
	r.givesBack(t)
}

// unread is a client that does not read the answer for now.
type unread struct {
	http.ResponseWriter
	writing chan<- struct{}
	read    <-chan struct{}
}

func (u unread) Write(part []byte) (int, error) {
	select {
	case u.writing <- struct{}{}:
	default: // that is known already
	}
	<-u.read
	return u.ResponseWriter.Write(part)
}

// What is polled is polled: a client that takes long to read keeps no session.
func TestReloadWhileAnAnswerIsNotRead(t *testing.T) {
	b, r := oneRouter(t)
	writing, read, over := make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/probe?target=a", nil)
	go func() {
		defer close(over)
		b.handler.Handler().ServeHTTP(unread{httptest.NewRecorder(), writing, read}, request)
	}()
	<-writing
	b.configure("targets: []\n")
	b.post("/-/reload")
	r.givesBack(t)
	close(read)
	<-over
}
