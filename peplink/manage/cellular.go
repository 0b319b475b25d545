package manage

import (
	"context"
	"regexp"
	"slices"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const (
	messageEndpoint = "cmd.sms.sendMessage"
	rescanEndpoint  = "cmd.cellularModule.rescanNetwork"
	resetEndpoint   = "cmd.cellularModule.reset"
	simEndpoint     = "cmd.wan.cellular"
)

// Message is a text message.
type Message struct {
	ConnID  int    `json:"connId,omitempty"` // the WAN that sends it; 0 lets the router choose
	Address string `json:"address"`          // + and 2 to 15 digits, of which the first is not 0
	Content string `json:"content,omitempty"`
}

// phoneNumber is the rule for addresses (API document, POST cmd.sms.sendMessage).
var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// SendMessage sends an SMS (API document, POST cmd.sms.sendMessage; firmware 8.0.0;
// permission: read-write). That the router took it does not say that it was sent. Errors are
// [ErrInvalid] or a [*peplink.Error].
func SendMessage(ctx context.Context, c *peplink.Client, m Message) error {
	switch {
	case !phoneNumber.MatchString(m.Address):
		return invalid(messageEndpoint, "the address has to be + and 2 to 15 digits, of which the first is not 0")
	case m.ConnID < 0:
		return invalid(messageEndpoint, "the connection id has to be 1 or more, or 0 to let the router choose")
	}
	return do(ctx, c, messageEndpoint, m, m.Address, m.Content)
}

// RescanNetwork makes a modem look for its network anew (API document, POST
// cmd.cellularModule.rescanNetwork; firmware 8.0.0; permission: read-write). Errors are
// [ErrInvalid] or a [*peplink.Error].
func RescanNetwork(ctx context.Context, c *peplink.Client, connID int) error {
	if err := needConnID(rescanEndpoint, connID); err != nil {
		return err
	}
	return do(ctx, c, rescanEndpoint, connection{connID})
}

// ResetModule restarts the modem of a WAN, which goes down for that time (API document, POST
// cmd.cellularModule.reset; firmware 8.0.0; permission: read-write). Errors are [ErrInvalid]
// or a [*peplink.Error].
func ResetModule(ctx context.Context, c *peplink.Client, connID int) error {
	if err := needConnID(resetEndpoint, connID); err != nil {
		return err
	}
	return do(ctx, c, resetEndpoint, connection{connID})
}

// NoPreference is a preferred SIM slot that prefers none.
const NoPreference = -1

// SIMs are the SIM slots that a modem may use: 1 for slot A and 2 for slot B.
type SIMs struct {
	Enabled   []int // empty leaves them as they are
	Preferred int   // 0 leaves it as it is; counts where several are used
}

// SetSIMs says which SIM slots a modem may use (API document, POST cmd.wan.cellular; firmware
// 8.0.0; permission: read-write). [peplink.Client.SIMSlots] tells which it may. Errors are
// [ErrInvalid] or a [*peplink.Error].
func SetSIMs(ctx context.Context, c *peplink.Client, connID int, sims SIMs) error {
	isNoSlot := func(slot int) bool { return slot != 1 && slot != 2 }
	var preferred any
	switch {
	case needConnID(simEndpoint, connID) != nil:
		return needConnID(simEndpoint, connID)
	case slices.ContainsFunc(sims.Enabled, isNoSlot), sims.Preferred > 0 && isNoSlot(sims.Preferred), sims.Preferred < NoPreference:
		return invalid(simEndpoint, "SIM slots are 1 and 2")
	case len(sims.Enabled) == 0 && sims.Preferred == 0:
		return invalid(simEndpoint, "there is nothing to set")
	case sims.Preferred > 0:
		preferred = sims.Preferred
	}
	body := map[string]any{"connId": connID}
	if len(sims.Enabled) > 0 {
		body["enabledSim"] = sims.Enabled
	}
	if sims.Preferred != 0 {
		body["preferredSim"] = preferred // null for none
	}
	return do(ctx, c, simEndpoint, body)
}
