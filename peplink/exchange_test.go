package peplink_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// told returns a context, and what it was told of requests.
func told(t *testing.T) (context.Context, func() []string) {
	seen := make(chan peplink.Exchange, 100)
	return peplink.WithExchanges(t.Context(), func(exchange peplink.Exchange) { seen <- exchange }), func() []string {
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
			b := newBench(t, setup{})
			b.SetFault(test.endpoint, test.fault)
			ctx, seen := told(t)
			_, _ = b.client.WANConnections(ctx) // what it brings is tested elsewhere
			if diff := cmp.Diff(test.want, seen()); diff != "" {
				t.Errorf("requests told (-want +got):\n%s", diff)
			}
			if n := b.Count(peplinktest.EveryEndpoint); n != len(test.want) {
				t.Errorf("%d requests made, %d expected to be told", n, len(test.want))
			}
		})
	}
}

// A request that was never made is not told.
func TestNoExchange(t *testing.T) {
	ctx, seen := told(t)
	client := newClient(t, peplink.Options{URL: parse(t, "http://127.0.0.1:1"), Credentials: func() (peplink.Credentials, error) {
		return peplink.Credentials{}, context.Canceled
	}})
	_, err := client.WANConnections(ctx)
	wantReason(t, err, grant, peplink.ReasonAuth)
	if all := seen(); len(all) != 0 {
		t.Errorf("told of %q", all)
	}
}
