package manage

import (
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const priorityEndpoint = "config.wan.connection.priority"

// Priority is what is to change of a WAN. What is nil stays as it is.
type Priority struct {
	ConnID   int   `json:"connId"`
	Priority *int  `json:"priority,omitempty"` // the lowest is used first
	Enable   *bool `json:"enable,omitempty"`
}

// WANPriorities are WANs as they are configured, by connection id.
type WANPriorities = peplink.Keyed[WANPriority, peplink.OnlyOrder]

// WANPriority is a WAN as it is configured (API document, POST
// config.wan.connection.priority, WAN_Config_Priority_Obj).
type WANPriority struct {
	Name     peplink.Text   `json:"name"`
	Priority peplink.Number `json:"priority"`
	Enable   peplink.Bool   `json:"enable"`
}

// SetPriorities changes the priority of WANs, or enables and disables them, and returns those
// that it changed (API document, POST config.wan.connection.priority; firmware 7.1.1;
// permission: read-write). It takes effect at once if told so, else with [ApplyConfig]. Take
// care not to cut off the way by which the router is asked. Errors are [ErrInvalid] or a
// [*peplink.Error].
func SetPriorities(ctx context.Context, c *peplink.Client, atOnce bool, list ...Priority) (*peplink.Answer[WANPriorities], error) {
	if len(list) == 0 {
		return nil, invalid(priorityEndpoint, "there is nothing to set")
	}
	for _, p := range list {
		if err := needConnID(priorityEndpoint, p.ConnID); err != nil {
			return nil, err
		}
	}
	return post[WANPriorities](ctx, c, priorityEndpoint, struct {
		AtOnce bool       `json:"instantActive,omitempty"`
		List   []Priority `json:"list"`
	}{atOnce, list})
}
