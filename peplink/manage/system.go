package manage

import (
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const rebootEndpoint = "cmd.system.reboot"

// Reboot restarts the router with the firmware of a slot, as [peplink.Client.Firmwares]
// numbers them, with the one in use where it is 0 (API document, POST cmd.system.reboot;
// firmware 7.1.1; permission: read-write). Changes that are pending are lost, and sessions
// may be (field notes, Sessions and tokens). A router that goes off before it has answered
// makes this fail though it reboots. Errors are [ErrInvalid] or a [*peplink.Error].
func Reboot(ctx context.Context, c *peplink.Client, firmware int) error {
	if firmware < 0 {
		return invalid(rebootEndpoint, "the firmware slot has to be 1 or more, or 0 for the one in use")
	}
	return do(ctx, c, rebootEndpoint, struct {
		Firmware int `json:"firmwareId,omitempty"`
	}{firmware})
}
