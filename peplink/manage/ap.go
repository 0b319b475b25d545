package manage

import (
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// SetAccessPoint switches the router's own Wi-Fi on or off, and returns how it stands (API
// document, POST cmd.ap; firmware 7.0.2; permission: read-write). A router without one
// says so, which is no failure. Errors are a [*peplink.Error].
func SetAccessPoint(ctx context.Context, c *peplink.Client, enable bool) (*peplink.Answer[peplink.AccessPoint], error) {
	return post[peplink.AccessPoint](ctx, c, "cmd.ap", struct {
		Enable bool `json:"enable"`
	}{enable})
}
