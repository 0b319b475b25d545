package peplink

import "context"

// LANs is the answer of status.lan.profile: the LANs by index.
type LANs = Keyed[LAN, OnlyOrder]

// LAN is a network behind the router (API document, GET status.lan.profile). The untagged
// one, index 0, has neither name nor VLAN id (field notes, Other endpoints).
type LAN struct {
	Name   Text `json:"name"`
	VLANID Text `json:"vlanId"`
	IP     Text `json:"ip"`
	Mask   Text `json:"mask"` // prefix length
}

// LANs asks status.lan.profile. Errors are an [*Error].
func (c *Client) LANs(ctx context.Context) (*Answer[LANs], error) {
	return get[LANs](ctx, c, request{endpoint: "status.lan.profile"})
}
