package peplink

import "context"

// SSIDs is the answer of config.ssid.profile: the router's wireless networks by profile id.
type SSIDs = Keyed[SSID, OnlyOrder]

// SSID is a wireless network (API document, GET config.ssid.profile, SSID_Profile_Obj). Its
// keys, which routers send in clear text, are not decoded.
type SSID struct {
	Name             Text                 `json:"name"`
	Enable           Bool                 `json:"enable"`
	VLANID           Text                 `json:"vlanId"` // absent for the untagged LAN
	CaptivePortal    Bool                 `json:"captivePortal"`
	InControlManaged Bool                 `json:"incontrolManaged"`
	Broadcast        Bool                 `json:"broadcast"`
	Security         Object[SSIDSecurity] `json:"security"`
}

// SSIDSecurity is how a wireless network is protected.
type SSIDSecurity struct {
	Policy Text `json:"policy"` // such as WPA2 Personal
}

// SSIDs asks config.ssid.profile (API document, GET config.ssid.profile). Errors are an
// [*Error].
func (c *Client) SSIDs(ctx context.Context) (*Answer[SSIDs], error) {
	return get[SSIDs](ctx, c, request{endpoint: "config.ssid.profile"})
}
