package peplink_test

import (
	"context"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Whoever leaves in the pause before the retry of an "Internal Error" causes none.
func TestLeavingBeforeTheRetry(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	b := newBench(t, setup{options: func(o *peplink.Options) {
		o.Observe = func(_ context.Context, exchange peplink.Exchange) {
			if exchange.Reason == peplink.ReasonAPI {
				leave()
			}
		}
	}})
	ok(t, b.wans())
	b.SetFault(wan, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}})
	_, err := b.client.WANConnections(ctx)
	wantReason(t, err, wan, peplink.ReasonAPI)
	b.wantCount(wan, 2)
}

// A router's own words may name a SIM, a telephone, an address or a place.
func TestPersonalValuesAreNotTold(t *testing.T) {
	b := newBench(t, setup{})
	for message, want := range map[string]string{
		"SIM 262020000000021 of +493023125021 refused, slot 2": "SIM <number> of +<number> refused, slot 2",
		"IMEI 35-209900-176148-1 is unknown":                   "IMEI <number> is unknown",
		"at 52.5200, 13.4050 there is no signal":               "at <number> there is no signal",
		"52.5200":                                              "<number>",
		"call 030 / 231 25 021 now":                            "call <number> now",
		"192.0.2.1 refused":                                    "<number> refused",
		"fe80::1ff:fe23:4567:890a refused":                     "<number> refused",
		"2001:db8::1: no route":                                "<number> no route",
		"client 00:00:5E:00:53:aF is gone":                     "client <number> is gone",
		"client 00-00-5e-00-53-af is gone":                     "client <number> is gone",
		"client 0000.5e00.53af is gone":                        "client <number> is gone",
		"slot 2 of 12345 in 8.3.0":                             "slot 2 of 12345 in 8.3.0",
		"no: 10 of 20":                                         "no: 10 of 20",
	} {
		b.SetFault(wan, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(7), Message: message}})
		if got, want := b.wans().Error(), wan+": 7 "+want; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}
