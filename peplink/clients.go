package peplink

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Clients is the answer of status.client: how many devices are behind the router. Who they
// are is not decoded; neither is their list under "client", which repeats this one.
type Clients struct {
	Counts ClientCounts `json:"list"`
}

// ClientKind is what clients are counted by.
type ClientKind struct {
	ConnectionType Text `json:"connectionType"` // ethernet, wireless or wifi; may be missing
	Active         Bool `json:"active"`
}

// ClientCounts counts the elements of a list of clients by their kind (field notes, Other
// endpoints).
type ClientCounts map[ClientKind]int

// maxClientKinds bounds what a router can make of a few kinds.
const maxClientKinds = 64

// readFrom implements [loose].
func (c *ClientCounts) readFrom(r *reader, dec *jsontext.Decoder) error {
	*c = ClientCounts{}
	if presence, err := r.enter(dec, jsontext.KindBeginArray); presence != present {
		return err
	}
	return r.elements(dec, func(int) error {
		if presence, err := r.enter(dec, jsontext.KindBeginObject); presence != present {
			return err
		}
		var kind ClientKind
		if err := json.UnmarshalDecode(dec, &kind); err != nil {
			return err
		}
		if _, known := (*c)[kind]; !known && len(*c) == maxClientKinds {
			r.unreadable++
			return nil
		}
		(*c)[kind]++
		return nil
	})
}

// Clients asks status.client (field notes, Other endpoints). Errors are an [*Error].
func (c *Client) Clients(ctx context.Context) (*Answer[Clients], error) {
	return get[Clients](ctx, c, request{endpoint: "status.client"})
}
