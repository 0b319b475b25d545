package peplink_test

import (
	"context"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Whoever leaves in the pause before the retry of an "Internal Error" causes none.
func TestLeavingBeforeTheRetry(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	b.SetFault(wan, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}})
	ctx, leave := context.WithCancel(t.Context())
	ctx = peplink.WithExchanges(ctx, func(peplink.Exchange) { leave() })
	_, err := b.client.WANConnections(ctx)
	wantReason(t, err, wan, peplink.ReasonAPI)
	b.wantCount(wan, 2)
}
