package collector_test

import (
	"context"
	"crypto/tls"
	"net/url"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// An endpoint that hangs takes half of the time left, so that those after it are asked.
func TestHangingEndpointStarvesNoOther(t *testing.T) {
	for _, endpoint := range []string{wanEndpoint, allowanceEndpoint, systemEndpoint} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel() // each takes its time
			failed := map[string]string{wanEndpoint: "wan", allowanceEndpoint: "allowance", systemEndpoint: "system"}[endpoint]
			router := simulation(t, outOfOrdinary{})
			router.SetFault(endpoint, peplinktest.Fault{Hang: true})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			result := router.pollFor(ctx, t, collector.Names()...)
			wantReasons(t, result, failed+" timeout")
			if ctx.Err() != nil || !result.Up {
				t.Errorf("up %v, and of the time: %v", result.Up, ctx.Err())
			}
			router.wantCount(t, endpoint, 1)
		})
	}
}

// A router that answers nothing at all costs the poll its time, and no more.
func TestEveryEndpointHangs(t *testing.T) {
	t.Parallel() // it takes its time
	router := simulation(t, outOfOrdinary{})
	wantReasons(t, router.pollFor(t.Context(), t, "wan"))
	router.SetFault(peplinktest.EveryEndpoint, peplinktest.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	result := router.pollFor(ctx, t, "wan", "pepvpn", "lan")
	wantReasons(t, result, "wan timeout", "pepvpn timeout", "lan timeout")
	wantValues(t, result, []string{"up"}, "up 0")
}

// What could not be begun in time has not been in time.
func TestNeverStarted(t *testing.T) {
	t.Parallel() // it takes its time
	router := simulation(t, outOfOrdinary{})
	wantReasons(t, router.pollFor(t.Context(), t, "lan"))
	router.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	hog, leave := context.WithCancel(t.Context())
	hogged := make(chan error, 1)
	go func() { // takes the one place that there is
		_, err := router.client.WANConnections(hog)
		hogged <- err
	}()
	router.arrives(t, wanEndpoint, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	wantReasons(t, router.pollFor(ctx, t, "pepvpn", "lan"), "pepvpn timeout", "lan timeout")
	router.wantCount(t, pepvpnEndpoint, 0)
	router.wantCount(t, lanEndpoint, 1)
	leave()
	if err := <-hogged; peplink.ReasonOf(err) != peplink.ReasonTimeout {
		t.Error(err)
	}
	wantReasons(t, router.pollFor(t.Context(), t, "lan")) // the place is free again
}

// What concerns the router as a whole shows on each collector, and is met once.
func TestWholeTargetFailures(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for reason, test := range map[peplink.Reason]struct {
		grants, connections int
		options             func(*testing.T, *peplinktest.Router, *peplink.Options)
	}{
		peplink.ReasonAuth: {1, 1, func(_ *testing.T, _ *peplinktest.Router, o *peplink.Options) {
			o.Credentials = func() (peplink.Credentials, error) { return peplink.Credentials{ClientID: "a", ClientSecret: "b"}, nil }
		}},
		peplink.ReasonCertificate: {0, 1, func(t *testing.T, router *peplinktest.Router, o *peplink.Options) {
			o.URL = listening(t, router, &certificate)
		}},
		peplink.ReasonTLS: {0, 1, func(_ *testing.T, _ *peplinktest.Router, o *peplink.Options) {
			o.URL = &url.URL{Scheme: "https", Host: o.URL.Host} // which speaks plain HTTP
		}},
		peplink.ReasonDNS: {0, 0, func(_ *testing.T, _ *peplinktest.Router, o *peplink.Options) {
			o.URL = &url.URL{Scheme: "http", Host: "router.invalid"}
		}},
	} {
		t.Run(string(reason), func(t *testing.T) {
			router := simulation(t, outOfOrdinary{})
			options := peplink.Options{URL: router.address(t), Now: router.clock.Now, Credentials: func() (peplink.Credentials, error) {
				return peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret}, nil
			}}
			test.options(t, router.Router, &options)
			router.client = peplink.New(options)
			t.Cleanup(router.client.Close)
			router.polled = collector.NewRouter(router.client, router.clock.Now)

			result := router.poll(t, router.request(t, collector.Expose{}))
			var want []string
			for _, name := range collector.Names() {
				want = append(want, name+" "+string(reason))
			}
			wantReasons(t, result, want...)
			wantValues(t, result, []string{"up", "scrape_requests"}, "scrape_requests 1", "up 0")
			router.wantCount(t, grantEndpoint, test.grants)
			router.wantCount(t, peplinktest.EveryEndpoint, test.grants)
			if got := router.Connections().Accepted(); got != test.connections {
				t.Errorf("%d connections, want %d", got, test.connections)
			}
		})
	}
}

func (s *simulated) address(t *testing.T) *url.URL {
	t.Helper()
	address, err := url.Parse(s.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// listening opens a socket of a router that speaks TLS.
func listening(t *testing.T, router *peplinktest.Router, certificate *tls.Certificate) *url.URL {
	t.Helper()
	server, err := router.Serve(t.Context(), "127.0.0.1:0", certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address
}
