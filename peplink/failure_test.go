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

// A router's own words may name a SIM or a telephone.
func TestNumbersInFailuresAreNotTold(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(wan, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "SIM 262020000000021 of +493023125021 refused, slot 2"}})
	err := b.wans()
	wantReason(t, err, wan, peplink.ReasonAPI)
	if got, want := err.Error(), "status.wan.connection: SIM <number> of +<number> refused, slot 2"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
