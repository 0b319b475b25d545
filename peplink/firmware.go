package peplink

import "context"

const firmwareEndpoint = "info.firmware"

// Firmwares is the answer of info.firmware: the firmware in each slot, by slot.
type Firmwares = Keyed[Firmware, OnlyOrder]

// Firmware is what a slot holds (API document, GET info.firmware, Firmware_Obj).
type Firmware struct {
	Version  Text `json:"version"` // such as "8.3.0 build 5229"
	Bootable Bool `json:"bootable"`
	InUse    Bool `json:"inUse"`
}

// Firmwares asks info.firmware. The router answers it without a session too, but then
// only for the slot in use (API document, GET info.firmware). Errors are an [*Error].
func (c *Client) Firmwares(ctx context.Context) (*Answer[Firmwares], error) {
	return get[Firmwares](ctx, c, request{endpoint: firmwareEndpoint})
}
