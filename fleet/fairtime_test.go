package fleet_test

import (
	"context"
	"crypto/tls"
	"net/url"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// An endpoint that hangs takes half of the time left, so that those after it are asked.
func TestHangingEndpointStarvesNoOther(t *testing.T) {
	for _, endpoint := range []string{wanEndpoint, allowanceEndpoint, systemEndpoint} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel() // each takes its time
			failed := map[string]string{wanEndpoint: "wan", allowanceEndpoint: "allowance", systemEndpoint: "system"}[endpoint]
			router := simulation(t, hd2)
			router.SetFault(endpoint, hang)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			result := router.poll(ctx, usual...)
			wantReasons(t, result, failed+" timeout")
			if ctx.Err() != nil || !result.Up {
				t.Errorf("up %v, and of the time: %v", result.Up, ctx.Err())
			}
			router.wantCount(endpoint, 1)
		})
	}
}

// A router that answers nothing at all costs the poll its time, and no more.
func TestEveryEndpointHangs(t *testing.T) {
	t.Parallel() // it takes its time
	router := simulation(t, hd2)
	wantReasons(t, router.poll(t.Context(), "wan"))
	router.SetFault(everyEndpoint, hang)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	result := router.poll(ctx, "wan", "pepvpn", "lan")
	wantReasons(t, result, "wan timeout", "pepvpn timeout", "lan timeout")
	wantValues(t, result, []string{"up"}, "up 0")
}

// What could not be begun in time has not been in time.
func TestNeverStarted(t *testing.T) {
	t.Parallel() // it takes its time
	router := simulation(t, hd2)
	wantReasons(t, router.poll(t.Context(), "lan"))
	router.SetFault(wanEndpoint, hang)
	hog, leave := context.WithCancel(t.Context())
	hogged := router.begin(hog, "wan") // takes the one slot that there is
	router.arrives(wanEndpoint, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	wantReasons(t, router.poll(ctx, "pepvpn", "lan"), "pepvpn timeout", "lan timeout")
	router.wantCount(pepvpnEndpoint, 0)
	router.wantCount(lanEndpoint, 1)
	leave()
	wantReasons(t, <-hogged, "wan timeout")
	wantReasons(t, router.poll(t.Context(), "lan")) // the slot is free again
}

// What concerns the router as a whole shows on each collector, and is met once.
func TestWholeTargetFailures(t *testing.T) {
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for reason, test := range map[peplink.Reason]struct {
		grants, connections int
		change              func(*simulated)
	}{
		peplink.ReasonAuth: {1, 1, func(s *simulated) {
			s.target.ClientID, s.target.ClientSecret = config.LiteralSecret("a"), config.LiteralSecret("b")
		}},
		peplink.ReasonCertificate: {0, 1, func(s *simulated) { s.target.URL = s.listening(&certificate) }},
		peplink.ReasonTLS: {0, 1, func(s *simulated) {
			s.target.URL = &url.URL{Scheme: "https", Host: s.target.URL.Host} // which speaks plain HTTP
		}},
		peplink.ReasonDNS: {0, 0, func(s *simulated) { s.target.URL = &url.URL{Scheme: "http", Host: "router.invalid"} }},
	} {
		t.Run(string(reason), func(t *testing.T) {
			router := simulation(t, hd2)
			test.change(router)
			result := router.poll(t.Context())
			var want []string
			for _, name := range usual {
				want = append(want, name+" "+string(reason))
			}
			wantReasons(t, result, want...)
			wantValues(t, result, []string{"up", "scrape_requests"}, "scrape_requests 1", "up 0")
			router.wantCount(grantEndpoint, test.grants)
			router.wantCount(everyEndpoint, test.grants)
			if got := router.Connections().Accepted(); got != test.connections {
				t.Errorf("%d connections, want %d", got, test.connections)
			}
		})
	}
}

// listening opens another socket of the router, which speaks TLS.
func (s *simulated) listening(certificate *tls.Certificate) *url.URL {
	s.t.Helper()
	server, err := s.Serve(s.t.Context(), "127.0.0.1:0", certificate)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := server.Close(); err != nil {
			s.t.Error(err)
		}
	})
	address, err := url.Parse(server.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	return address
}
