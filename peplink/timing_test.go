package peplink_test

import (
	"context"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// A deadline that has passed is a timeout, whatever the transport calls it.
func TestDeadlinePassed(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.wans())
	ctx, cancel := context.WithTimeout(t.Context(), -time.Second)
	defer cancel()
	_, err := b.client.WANConnections(ctx)
	wantReason(t, err, wan, peplink.ReasonTimeout)
	b.wantCount(wan, 1)
}
