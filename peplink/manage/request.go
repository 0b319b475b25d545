package manage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/internal/operation"
)

// ErrInvalid marks an argument that the API document forbids. The router was not asked. It is
// no [*peplink.Error]: look for it first, as [peplink.ReasonOf] does not know it.
var ErrInvalid = errors.New("invalid argument")

// invalid says what an argument has to be, and never what it was.
func invalid(endpoint, rule string) error {
	return fmt.Errorf("%s: %w: %s", endpoint, ErrInvalid, rule)
}

// needConnID is the rule for the connection ids of operations that want one.
func needConnID(endpoint string, id int) error {
	if id < 1 {
		return invalid(endpoint, "the connection id has to be 1 or more")
	}
	return nil
}

// connection is the argument of operations on one WAN.
type connection struct {
	ConnID int `json:"connId"`
}

// get asks for what administrators alone may read, or what takes the router some work.
func get[T any](ctx context.Context, c *peplink.Client, endpoint string, query url.Values) (*peplink.Answer[T], error) {
	return peplink.Do[T](ctx, c, operation.Operation{Method: http.MethodGet, Endpoint: endpoint, Query: query})
}

// post changes something. Secrets are what of the body must not be told.
func post[T any](ctx context.Context, c *peplink.Client, endpoint string, body any, secrets ...string) (*peplink.Answer[T], error) {
	return peplink.Do[T](ctx, c, operation.Operation{Method: http.MethodPost, Endpoint: endpoint, Body: body, Secrets: secrets})
}

// do changes something, and there is nothing to answer.
func do(ctx context.Context, c *peplink.Client, endpoint string, body any, secrets ...string) error {
	_, err := post[struct{}](ctx, c, endpoint, body, secrets...)
	return err
}
