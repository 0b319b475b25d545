package peplink

import (
	"context"
	"encoding/json"
	"net/url"
)

// TunnelsPerRequest is how many peers' tunnels are asked for at once.
const TunnelsPerRequest = 25

// Tunnels are the SpeedFusion tunnels of a router by the id of the peer.
type Tunnels = Keyed[Tunnel, OnlyOrder]

// Tunnel is what connects the router with one peer: a link for each WAN, by connection
// id. Firmware 8.5 has the links one level deeper, below "wan" (field notes,
// status.pepvpn).
type Tunnel struct{ Links Keyed[Link, OnlyOrder] }

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Tunnel) UnmarshalJSON(data []byte) error {
	var deep struct {
		WAN json.RawMessage `json:"wan"`
	}
	if json.Unmarshal(data, &deep) == nil && len(deep.WAN) > 0 {
		data = deep.WAN
	}
	return t.Links.UnmarshalJSON(data)
}

// Link is the part of a tunnel that runs over one WAN (API document, GET status.pepvpn,
// WAN_Obj; field notes, same heading). Counters are cumulative since the tunnel came up.
type Link struct {
	Name     Text   `json:"name"`
	State    Text   `json:"state"`
	RTT      Number `json:"rtt"` // milliseconds
	Priority Number `json:"priority"`

	Receive  Object[Receive]  `json:"receive"`
	Transmit Object[Transmit] `json:"transmit"`

	// Before firmware 8.1, and sometimes still, beside Receive and Transmit.
	Rx   Counter `json:"rx"`   // bytes
	Tx   Counter `json:"tx"`   // bytes
	Loss Counter `json:"loss"` // packets
}

// Receive counts what came over a link.
type Receive struct {
	Bytes   Counter                `json:"byte"`
	Packets Object[ReceivePackets] `json:"packet"`
}

// ReceivePackets counts packets that came over a link.
type ReceivePackets struct {
	WAN        Counter `json:"wan"`
	Forwarded  Counter `json:"forward"`
	Fragmented Counter `json:"fragment"`
	Lost       Counter `json:"loss"`
	OutOfOrder Counter `json:"outOfOrder"`
	Recovered  Counter `json:"recover"`
	Discarded  Counter `json:"discard"`
}

// Transmit counts what was sent over a link.
type Transmit struct {
	Bytes   Counter                 `json:"byte"`
	Packets Object[TransmitPackets] `json:"packet"`
}

// TransmitPackets counts packets that were sent over a link.
type TransmitPackets struct {
	WAN        Counter `json:"wan"`
	Forwarded  Counter `json:"forward"`
	Fragmented Counter `json:"fragment"`
	Lost       Counter `json:"loss"`
	OutOfOrder Counter `json:"outOfOrder"`
	FEC        Counter `json:"fec"` // forward error correction
	Redundant  Counter `json:"redundant"`
}

// ReceivedBytes returns what came over the link, from whichever field tells.
func (l Link) ReceivedBytes() (float64, bool) {
	if receive, ok := l.Receive.Value(); ok {
		return receive.Bytes.Value()
	}
	return l.Rx.Value()
}

// TransmittedBytes returns what was sent over the link, from whichever field tells.
func (l Link) TransmittedBytes() (float64, bool) {
	if transmit, ok := l.Transmit.Value(); ok {
		return transmit.Bytes.Value()
	}
	return l.Tx.Value()
}

// LostPackets returns the loss of a link whose firmware does not tell it by direction.
func (l Link) LostPackets() (float64, bool) {
	_, hasReceive := l.Receive.Value()
	_, hasTransmit := l.Transmit.Value()
	lost, ok := l.Loss.Value()
	return lost, ok && !hasReceive && !hasTransmit
}

// Tunnels asks status.pepvpn for the tunnels to the given peers, in one request. A router
// may answer fewer than were asked for. Errors are an [*Error].
func (c *Client) Tunnels(ctx context.Context, peers []string) (*Answer[Tunnels], error) {
	answer, err := get[struct {
		Tunnels Tunnels `json:"tunnel"`
	}](ctx, c, pepvpnEndpoint, url.Values{"infoType": {"tunnel"}, "tunnelOption": peers})
	if err != nil {
		return nil, err
	}
	return &Answer[Tunnels]{Value: answer.Value.Tunnels, Unreadable: answer.Unreadable}, nil
}
