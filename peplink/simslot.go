package peplink

import "context"

// SIMSlots is what cmd.wan.cellular answers for each cellular WAN, by connection id.
type SIMSlots = Keyed[SIMSettings, OnlyOrder]

// SIMSettings is which SIMs a modem may use (API document, GET cmd.wan.cellular). Slots are
// numbered from 1.
type SIMSettings struct {
	Enabled   List[Text] `json:"enabledSim"`
	Preferred Text       `json:"preferredSim"` // absent for no preference
}

// SIMSlots asks cmd.wan.cellular, which changes nothing, for each of the given WANs (API
// document, GET cmd.wan.cellular). When one fails, what was read before, if anything, is
// returned with the error, which is an [*Error].
func (c *Client) SIMSlots(ctx context.Context, ids []string) (*Answer[SIMSlots], error) {
	return getEach[SIMSettings](ctx, c, "cmd.wan.cellular", ids)
}
