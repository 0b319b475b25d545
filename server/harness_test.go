package server_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	grantEndpoint     = "auth.token.grant"
	wanEndpoint       = "status.wan.connection"
	allowanceEndpoint = "status.wan.connection.allowance"
	everyEndpoint     = peplinktest.EveryEndpoint

	timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"
)

// router is a simulated router on a socket.
type router struct {
	*peplinktest.Router
	server *peplinktest.Server
}

func newClock() *peplinktest.Clock { return peplinktest.NewClock(peplinktest.ReferenceTime()) }

func simulate(t *testing.T, clock *peplinktest.Clock) *router {
	t.Helper()
	simulated, err := peplinktest.New("max-hd2-8.3", peplinktest.WithClock(clock))
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

// stop makes the router's port a closed one.
func (r *router) stop(t *testing.T) {
	t.Helper()
	r.Close()
	if err := r.server.Close(); err != nil {
		t.Error(err)
	}
}

// change alters the router's documents.
func (r *router) change(t *testing.T, endpoint, pointer string, value any) {
	t.Helper()
	if err := r.Change(endpoint, pointer, value); err != nil {
		t.Fatal(err)
	}
}

// wait is for an event at the router, not for a time.
func (r *router) wait(t *testing.T, endpoint string, n int) {
	t.Helper()
	if err := r.WaitFor(t.Context(), endpoint, n); err != nil {
		t.Fatal(err)
	}
}

// target is an entry of the configuration, with more lines where needed.
func target(name, url string, more ...string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "  - name: %s\n    url: %s\n", name, url)
	for _, line := range more {
		fmt.Fprintf(&text, "    %s\n", line)
	}
	return text.String()
}

// targets is a configuration file in which all routers share the simulator's credential,
// and are asked for two collectors: what a probe does is the same for any others.
func targets(list ...string) string {
	if len(list) == 0 {
		list = []string{"  []\n"}
	}
	return fmt.Sprintf("defaults:\n  client_id: %s\n  client_secret: %s\n  collectors: [wan, allowance]\ntargets:\n%s",
		peplinktest.ClientID, peplinktest.ClientSecret, strings.Join(list, ""))
}

// setup says how an exporter is started.
type setup struct {
	config  string
	clock   *peplinktest.Clock // default: one that stands still
	options server.Options
	overTLS bool
}

// bench is an exporter on a socket, and a client of it.
type bench struct {
	t       *testing.T
	url     string
	logs    *journal
	handler *server.Server
	file    string // of the configuration
	client  *http.Client
}

// oneRouter is an exporter with one target, called a, and its router.
func oneRouter(t *testing.T, more ...string) (*bench, *router) {
	t.Helper()
	clock := newClock()
	r := simulate(t, clock)
	return setup{config: targets(target("a", r.server.URL, more...)), clock: clock}.start(t), r
}

func (s setup) start(t *testing.T) *bench {
	t.Helper()
	if s.clock == nil {
		s.clock = newClock()
	}
	b := &bench{t: t, logs: newJournal()}
	b.file = filepath.Join(t.TempDir(), "peplink_exporter.yml")
	b.configure(s.config)
	load := func() (*config.Config, error) { return config.Load(b.file, fleet.Collectors()) }
	metrics := server.NewMetrics(prometheus.NewRegistry())
	live, err := fleet.NewLive(load, fleet.Options{Now: s.clock.Now, Observe: metrics.CountRequest})
	if err != nil {
		t.Fatal(err)
	}
	s.options.Logger = b.logs.logger()
	b.handler = server.New(live, metrics, s.options)
	listening := httptest.NewUnstartedServer(b.handler.Handler())
	if s.overTLS {
		listening.StartTLS()
	} else {
		listening.Start()
	}
	transport := listening.Client().Transport.(*http.Transport).Clone()
	transport.DisableCompression = true // what is compressed is for the tests to say
	b.url = listening.URL
	b.client = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		listening.Close()
		live.Close(context.Background())
	})
	return b
}

// configure writes the configuration file; it counts from the next reload on.
func (b *bench) configure(text string) {
	b.t.Helper()
	writeFile(b.t, b.file, text)
}

// reply is an answer as it came over the socket.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers are names and values in turn.
func (b *bench) ask(method, path string, headers ...string) (reply, error) {
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, nil)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{status: response.StatusCode, header: response.Header, body: string(body)}, err
}

func (b *bench) get(path string, headers ...string) reply {
	b.t.Helper()
	r, err := b.ask(http.MethodGet, path, headers...)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// probe polls a router; the answer has to be 200 and to parse.
func (b *bench) probe(query string, headers ...string) exposition {
	b.t.Helper()
	return b.samples("/probe?target="+query, headers...)
}

func (b *bench) samples(path string, headers ...string) exposition {
	b.t.Helper()
	r := b.get(path, headers...)
	if r.status != http.StatusOK {
		b.t.Fatalf("%s: status %d, want 200: %s", path, r.status, r.body)
	}
	return parse(b.t, r.body)
}

// begin is ask beside the test.
func (b *bench) begin(path string, headers ...string) <-chan reply {
	answered := make(chan reply, 1)
	go func() {
		r, err := b.ask(http.MethodGet, path, headers...)
		if err != nil {
			r.body = err.Error()
		}
		answered <- r
	}()
	return answered
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
