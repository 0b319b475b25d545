package manage

import (
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Applied is what the router says when it applied changes.
type Applied struct {
	Warning peplink.Text `json:"warning"` // for people; absent where there is none
}

// ApplyConfig applies all changes that are pending, also those of others (API document, POST
// cmd.config.apply; firmware 7.1.1; permission: read-write). Errors are a [*peplink.Error].
func ApplyConfig(ctx context.Context, c *peplink.Client) (*peplink.Answer[Applied], error) {
	return post[Applied](ctx, c, "cmd.config.apply", struct{}{})
}

// DiscardConfig discards all changes that are pending, also those of others (API document,
// POST cmd.config.discard; firmware 7.1.1; permission: read-write). Errors are a
// [*peplink.Error].
func DiscardConfig(ctx context.Context, c *peplink.Client) error {
	return do(ctx, c, "cmd.config.discard", struct{}{})
}
