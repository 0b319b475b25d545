package peplink

import "context"

// AccessPoint is the answer of cmd.ap: the router's own Wi-Fi (API document, GET cmd.ap).
// Of a router without one, Supported alone is there.
type AccessPoint struct {
	Supported    Bool `json:"support"`
	Enabled      Bool `json:"enable"`
	WANDependent Bool `json:"wanDependent"` // it is switched off while no WAN is connected
}

// AccessPoint asks cmd.ap (API document, GET cmd.ap), which changes nothing. Errors are an
// [*Error].
func (c *Client) AccessPoint(ctx context.Context) (*Answer[AccessPoint], error) {
	return get[AccessPoint](ctx, c, request{endpoint: "cmd.ap"})
}
