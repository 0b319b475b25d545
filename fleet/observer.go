package fleet

import (
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

type observerKey struct{}

// withObserver returns a context under which observe is told of each request.
func withObserver(ctx context.Context, observe func(peplink.Exchange)) context.Context {
	return context.WithValue(ctx, observerKey{}, observe)
}

// observe tells everybody who wants to know of a request.
func (o Options) observe(ctx context.Context, exchange peplink.Exchange) {
	if o.Observe != nil {
		o.Observe(exchange)
	}
	if observe, ok := ctx.Value(observerKey{}).(func(peplink.Exchange)); ok {
		observe(exchange)
	}
}
