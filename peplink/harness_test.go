package peplink_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	wan       = "status.wan.connection"
	allowance = "status.wan.connection.allowance"
	grant     = "auth.token.grant"

	// ample is a deadline that only a broken test or client meets.
	ample = time.Minute
)

func TestMain(m *testing.M) {
	folder, err := trustOne()
	if err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		_ = os.RemoveAll(folder)
		os.Exit(status)
	}))
}

// bench is a simulated router on a socket and a client of it. Both go by one clock, which
// stands still until it is moved.
type bench struct {
	*peplinktest.Router
	t       *testing.T
	client  *peplink.Client
	options peplink.Options // of the client
}

// setup says what of a bench is out of the ordinary.
type setup struct {
	model       string // "" for max-hd2-8.3
	router      []peplinktest.Option
	certificate *tls.Certificate       // the router speaks HTTPS with it
	options     func(*peplink.Options) // changes those of the client
}

func newBench(t *testing.T, s setup) *bench {
	t.Helper()
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	router, err := peplinktest.New(cmp.Or(s.model, "max-hd2-8.3"), append(s.router, peplinktest.WithClock(clock))...)
	if err != nil {
		t.Fatal(err)
	}
	server, err := router.Serve(t.Context(), "127.0.0.1:0", s.certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		router.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{Router: router, t: t, options: peplink.Options{
		URL:         parse(t, server.URL),
		Credentials: sound,
		Now:         clock.Now,
	}}
	if !router.TakesClients() {
		asUser(&b.options)
	}
	if s.options != nil {
		s.options(&b.options)
	}
	b.client = newClient(t, b.options)
	return b
}

func newClient(t *testing.T, options peplink.Options) *peplink.Client {
	t.Helper()
	client := peplink.New(options)
	t.Cleanup(client.Close)
	return client
}

// sound are the credentials that the simulated router knows.
func sound() (peplink.Credentials, error) {
	return peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret}, nil
}

// serve starts a server that is no simulated router, and returns a client of it.
func serve(t *testing.T, handler http.HandlerFunc) *peplink.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, peplink.Options{URL: parse(t, server.URL), Credentials: sound})
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// wans asks status.wan.connection, which fails or not.
func (b *bench) wans() error {
	_, err := b.client.WANConnections(b.t.Context())
	return err
}

// noneCellular is for routers that tell all allowances at once.
func noneCellular(context.Context) ([]string, error) {
	return nil, errors.New("asked for the cellular WANs")
}

// allowances asks status.wan.connection.allowance, which fails or not.
func (b *bench) allowances() error {
	_, err := b.client.Allowances(b.t.Context(), noneCellular)
	return err
}

// waitFor returns when the router has got n requests to an endpoint.
func (b *bench) waitFor(endpoint string, n int) {
	b.t.Helper()
	if err := b.WaitFor(b.t.Context(), endpoint, n); err != nil {
		b.t.Fatal(err)
	}
}

// wantCount checks how many requests to an endpoint the router has got.
func (b *bench) wantCount(endpoint string, n int) {
	b.t.Helper()
	if got := b.Count(endpoint); got != n {
		b.t.Errorf("%d requests to %s, want %d", got, endpoint, n)
	}
}

// hasGrants returns when the client has had n tokens.
func (b *bench) hasGrants(n uint64) {
	b.t.Helper()
	b.becomes(func(s peplink.SessionStatus) bool { return s.Grants >= n })
}

// hasFailures returns when n grants have failed.
func (b *bench) hasFailures(n uint64) {
	b.t.Helper()
	b.becomes(func(s peplink.SessionStatus) bool { return s.Failures >= n })
}

// becomes returns when the session is as wanted. It has to look again and again: the
// router tells when it has answered a grant, but not when the client has taken it over.
func (b *bench) becomes(wanted func(peplink.SessionStatus) bool) {
	b.t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !wanted(b.client.Status().Session) {
		select {
		case <-look.C:
		case <-b.t.Context().Done():
			b.t.Fatal(b.t.Context().Err())
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantReason checks that a call failed, of an endpoint and for a reason.
func wantReason(t *testing.T, err error, endpoint string, reason peplink.Reason) {
	t.Helper()
	_ = failureFor(t, err, endpoint, reason)
}

// failureFor does the same, and returns the failure.
func failureFor(t *testing.T, err error, endpoint string, reason peplink.Reason) *peplink.Error {
	t.Helper()
	failure, isOurs := err.(*peplink.Error) //nolint:errorlint // it is promised to be one, not to hold one
	if !isOurs {
		t.Fatalf("error %v (%T), want an *Error", err, err)
	}
	if failure.Reason != reason || failure.Endpoint != endpoint {
		t.Errorf("%q: reason %s of %s, want %s of %s", failure, failure.Reason, failure.Endpoint, reason, endpoint)
	}
	return failure
}

func wantEqual(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// atOnce calls n times at the same time, and returns what came of it.
func atOnce(n int, call func() error) []error {
	errs := make([]error, n)
	var calls sync.WaitGroup
	for i := range n {
		calls.Go(func() { errs[i] = call() })
	}
	calls.Wait()
	return errs
}
