package fleet_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	grantEndpoint     = "auth.token.grant"
	wanEndpoint       = "status.wan.connection"
	allowanceEndpoint = "status.wan.connection.allowance"
	everyEndpoint     = peplinktest.EveryEndpoint
)

// router is a simulated router on a socket.
type router struct {
	*peplinktest.Router
	url string
}

// simulate serves a router whose clock stands still, over TLS where it has a certificate.
func simulate(t *testing.T, certificate *tls.Certificate) *router {
	t.Helper()
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	simulated, err := peplinktest.New("max-hd2-8.3", peplinktest.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	served, err := simulated.Serve(t.Context(), "127.0.0.1:0", certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		simulated.Close()
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	return &router{Router: simulated, url: served.URL}
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

// newFleet is made of these targets.
func newFleet(t *testing.T, clock *peplinktest.Clock, targets ...string) *fleet.Fleet {
	t.Helper()
	if clock == nil {
		clock = peplinktest.NewClock(peplinktest.ReferenceTime())
	}
	made := fleet.New(load(t, targets...), fleet.Options{Now: clock.Now})
	t.Cleanup(func() { fleet.Retire(context.WithoutCancel(t.Context()), made.Routers()) })
	return made
}

// load reads a file with these targets, which share the simulator's credential, and are
// asked for two collectors: what a fleet does is the same for any others.
func load(t *testing.T, targets ...string) *config.Config {
	t.Helper()
	return loadFrom(t, filepath.Join(t.TempDir(), "peplink_exporter.yml"), targets...)
}

// loadFrom does so with a file that may be there: its path counts too in what tells
// whether a configuration has changed.
func loadFrom(t *testing.T, path string, targets ...string) *config.Config {
	t.Helper()
	if len(targets) == 0 {
		targets = []string{"  []\n"}
	}
	text := fmt.Sprintf("defaults:\n  client_id: %s\n  client_secret: %s\n  collectors: [wan, allowance]\ntargets:\n%s",
		peplinktest.ClientID, peplinktest.ClientSecret, strings.Join(targets, ""))
	writeFile(t, path, text)
	loaded, err := config.Load(path, fleet.Collectors())
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// oneRouter is a fleet of one router, called a.
func oneRouter(t *testing.T, more ...string) (*fleet.Router, *router) {
	t.Helper()
	r := simulate(t, nil)
	return lookup(t, newFleet(t, r.Clock(), target("a", r.url, more...)), "a"), r
}

func lookup(t *testing.T, f *fleet.Fleet, name string) *fleet.Router {
	t.Helper()
	found, err := f.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// poll asks for all collectors of the target.
func poll(t *testing.T, r *fleet.Router) *fleet.Result {
	t.Helper()
	return r.Poll(t.Context(), r.Target.Collectors)
}

// reasons are those of a result's collectors, "" for one that succeeded.
func reasons(result *fleet.Result) map[string]peplink.Reason {
	return reasonsOf(result.Outcomes)
}

func reasonsOf(outcomes []collector.Outcome) map[string]peplink.Reason {
	found := map[string]peplink.Reason{}
	for i := range outcomes {
		found[outcomes[i].Collector] = outcomes[i].Reason()
	}
	return found
}
