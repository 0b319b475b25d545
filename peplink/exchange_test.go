package peplink_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

type whose struct{} // asked

// told makes a client tell of its requests, and returns what it told.
func told(t *testing.T, o *peplink.Options) func() []string {
	seen := make(chan peplink.Exchange, 100)
	o.Observe = func(ctx context.Context, exchange peplink.Exchange) {
		if ctx.Value(whose{}) != t.Name() {
			t.Errorf("%s is told of with another context than that of whoever asked", exchange.Endpoint)
		}
		seen <- exchange
	}
	return func() []string {
		var all []string
		for len(seen) > 0 {
			exchange := <-seen
			if exchange.Duration < 0 {
				t.Errorf("%s took %v", exchange.Endpoint, exchange.Duration)
			}
			all = append(all, exchange.Endpoint+" "+string(exchange.Reason))
		}
		return all
	}
}

func TestExchanges(t *testing.T) {
	for name, test := range map[string]struct {
		endpoint string
		fault    peplinktest.Fault
		want     []string
	}{
		"all well":       {wan, peplinktest.Fault{}, []string{grant + " ", wan + " "}},
		"forbidden":      {wan, peplinktest.Fault{Forbidden: true}, []string{grant + " ", wan + " auth", grant + " ", wan + " auth"}},
		"internal error": {wan, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}, Times: 1}, []string{grant + " ", wan + " api", wan + " "}},
		"unsupported":    {wan, peplinktest.Fault{Status: 404}, []string{grant + " ", wan + " unsupported"}},
		"web page":       {wan, peplinktest.Fault{LoginPage: true}, []string{grant + " ", wan + " decode"}},
		"refused":        {grant, peplinktest.Fault{Forbidden: true}, []string{grant + " auth"}},
		"refused, words": {grant, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(301), Message: "no"}}, []string{grant + " auth"}},
		"no clients":     {grant, peplinktest.Fault{Status: 404}, []string{grant + " auth"}},
	} {
		t.Run(name, func(t *testing.T) {
			var seen func() []string
			b := newBench(t, setup{options: func(o *peplink.Options) { seen = told(t, o) }})
			b.SetFault(test.endpoint, test.fault)
			_, _ = b.client.WANConnections(context.WithValue(t.Context(), whose{}, t.Name())) // what it brings is tested elsewhere
			if diff := cmp.Diff(test.want, seen()); diff != "" {
				t.Errorf("requests told (-want +got):\n%s", diff)
			}
			if n := b.Count(peplinktest.EveryEndpoint); n != len(test.want) {
				t.Errorf("%d requests made, %d expected to be told", n, len(test.want))
			}
		})
	}
}

// How an answer came is told: with which status, how long it was, over what connection.
func TestExchange(t *testing.T) {
	var last peplink.Exchange
	b := newBench(t, setup{options: func(o *peplink.Options) {
		o.Observe = func(_ context.Context, exchange peplink.Exchange) { last = exchange }
	}})
	want := func(status int, bytes int64, reused bool) {
		t.Helper()
		_ = b.wans()
		if last.Status != status || last.Bytes != bytes || last.Reused != reused {
			t.Errorf("told %+v, want status %d, %d bytes, reused %v", last, status, bytes, reused)
		}
	}
	body := `{"stat":"ok","response":{}} `
	b.SetFault(wan, peplinktest.Fault{Body: &body})
	want(200, int64(len(body)), true) // after the grant
	b.SetFault(wan, peplinktest.Fault{Cut: true, Times: 2})
	_ = b.wans()
	b.SetFault(wan, peplinktest.Fault{Body: &body})
	want(200, int64(len(body)), false)
	b.options.URL = parse(t, "http://127.0.0.1:1") // where nothing listens
	b.client = newClient(t, b.options)
	want(0, 0, false)
}

// A request that was never made is not told.
func TestNoExchange(t *testing.T) {
	options := peplink.Options{URL: parse(t, "http://127.0.0.1:1"), Credentials: func() (peplink.Credentials, error) {
		return peplink.Credentials{}, context.Canceled
	}}
	seen := told(t, &options)
	_, err := newClient(t, options).WANConnections(t.Context())
	wantReason(t, err, grant, peplink.ReasonSecret)
	if all := seen(); len(all) != 0 {
		t.Errorf("told of %q", all)
	}
}
