package peplink

import (
	"context"
	"net/http"

	"github.com/peplink-exporter/peplink_exporter/peplink/internal/operation"
)

// Do carries out an operation within the session: it is what package manage is made of, and
// only packages below peplink can call it. T is what the response is read into, struct{} for
// nothing.
//
// A POST is made once: neither a broken connection nor an "Internal Error" makes it come
// again, only a 401, with which the router says that it did nothing. It goes over a new
// connection, because one that was idle may be dead, and then nobody could tell whether it
// arrived.
func Do[T any](ctx context.Context, c *Client, o operation.Operation) (*Answer[T], error) {
	acts := o.Method != http.MethodGet
	if acts {
		c.transport.CloseIdleConnections()
	}
	return ask[T](ctx, c, request{
		method: o.Method, endpoint: o.Endpoint, query: o.Query, body: o.Body, secrets: o.Secrets, acts: acts,
	})
}
