package peplink

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// tunnelsPerRequest is how many peers' tunnels are asked for at once.
const tunnelsPerRequest = 25

// severalTunnels is the call that some firmware answers in part only.
const severalTunnels = pepvpnEndpoint + " with several tunnelOption"

// Tunnels are the SpeedFusion tunnels of a router by the id of the peer.
type Tunnels = Keyed[Tunnel, OnlyOrder]

// Tunnel is what connects the router with one peer: a link for each WAN, by connection
// id.
type Tunnel struct{ Links Keyed[Link, OnlyOrder] }

// readFrom implements [loose].
func (t *Tunnel) readFrom(r *reader, dec *jsontext.Decoder) error { return readLinks(r, dec, &t.Links) }

// readLinks reads links by connection id. Firmware 8.5 has them one level deeper, below
// "wan" (field notes, status.pepvpn).
func readLinks[T any](r *reader, dec *jsontext.Decoder, links *Keyed[T, OnlyOrder]) error {
	var list Keyed[T, deeperLinks[T]]
	before := r.unreadable
	_, err := list.read(r, dec)
	links.entries = list.entries
	if list.beside.there {
		*links = list.beside.links
		r.unreadable = before + list.beside.unreadable
	}
	return err
}

// deeperLinks are the links below "wan".
type deeperLinks[T any] struct {
	links      Keyed[T, OnlyOrder]
	there      bool
	unreadable int
}

// fact implements [facts].
func (d *deeperLinks[T]) fact(key string) (into any, isFact bool) { return d, key == "wan" }

// readFrom implements [loose].
func (d *deeperLinks[T]) readFrom(r *reader, dec *jsontext.Decoder) error {
	before := r.unreadable
	err := d.links.readFrom(r, dec)
	d.there, d.unreadable = true, r.unreadable-before
	return err
}

// Link is the part of a tunnel that runs over one WAN (API document, GET status.pepvpn,
// WAN_Obj; field notes, same heading). Counters are cumulative since the tunnel came up.
type Link struct {
	LinkEnd
	Remote RemoteLinks `json:"remote"`
}

// LinkEnd is what one end tells of a link.
type LinkEnd struct {
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
func (l *LinkEnd) ReceivedBytes() (float64, bool) {
	if receive, ok := l.Receive.Value(); ok {
		return receive.Bytes.Value()
	}
	return l.Rx.Value()
}

// TransmittedBytes returns what was sent over the link, from whichever field tells.
func (l *LinkEnd) TransmittedBytes() (float64, bool) {
	if transmit, ok := l.Transmit.Value(); ok {
		return transmit.Bytes.Value()
	}
	return l.Tx.Value()
}

// LostPackets returns the loss of a link whose firmware does not tell it by direction.
func (l *LinkEnd) LostPackets() (float64, bool) {
	_, hasReceive := l.Receive.Value()
	_, hasTransmit := l.Transmit.Value()
	lost, ok := l.Loss.Value()
	return lost, ok && !hasReceive && !hasTransmit
}

// countedTunnels are tunnels that were answered with something else. What of them is
// unreadable is counted apart.
type countedTunnels struct {
	Tunnels
	unreadable int
}

// readFrom implements [loose].
func (t *countedTunnels) readFrom(r *reader, dec *jsontext.Decoder) error {
	before := r.unreadable
	err := t.Tunnels.readFrom(r, dec)
	t.unreadable, r.unreadable = r.unreadable-before, before
	return err
}

// errNotInOne is what is remembered of a router that does not answer peers and tunnels
// together.
var errNotInOne = errors.New("peers and tunnels were not answered together")

// pepvpnPage asks for a page of peers, and for some tunnels with it where the router is not
// known to leave out one or the other then.
func (c *Client) pepvpnPage(ctx context.Context, r request, tunnelsOf []string) (*Answer[pepvpnPage], error) {
	const call = pepvpnEndpoint + " with peers and tunnels"
	if len(tunnelsOf) == 0 || c.dialects.refusal(call) != nil || len(tunnelsOf) > 1 && c.dialects.refusal(severalTunnels) != nil {
		return get[pepvpnPage](ctx, c, r)
	}
	together := r
	together.query = maps.Clone(r.query)
	together.query.Set("infoType", r.query.Get("infoType")+" tunnel")
	together.query["tunnelOption"] = tunnelsOf[:min(len(tunnelsOf), tunnelsPerRequest)]
	page, err := get[pepvpnPage](ctx, c, together)
	if err != nil && !isFinal(err) {
		return nil, err
	}
	if err != nil {
		page, err = get[pepvpnPage](ctx, c, r)
		if err == nil { // else it was not for the tunnels
			c.dialects.remember(call, errNotInOne)
		}
		return page, err
	}
	_, hasPeers := page.Value.Peers.Value()
	switch {
	case !hasPeers && !page.Value.Profiles.Are():
		c.dialects.remember(call, errNotInOne)
		return get[pepvpnPage](ctx, c, r)
	case len(page.Value.Tunnels.entries) == 0:
		c.dialects.remember(call, errNotInOne)
	case len(page.Value.Tunnels.entries) == 1 && len(tunnelsOf) > 1:
		c.dialects.remember(severalTunnels, errOneTunnel)
	}
	return page, nil
}

// TunnelsTo returns the tunnels to the given peers: those that were answered with the
// peers, and the others as [Client.Tunnels] asks for them.
func (c *Client) TunnelsTo(ctx context.Context, peers []string, answered *PepVPN) (*Answer[Tunnels], error) {
	all := &Answer[Tunnels]{Unreadable: answered.Tunnels.unreadable}
	all.Value.entries = slices.Clone(answered.Tunnels.entries)
	missing := slices.DeleteFunc(slices.Clone(peers), func(id string) bool {
		return slices.ContainsFunc(all.Value.entries, func(entry Entry[Tunnel]) bool { return entry.ID == id })
	})
	rest, err := c.Tunnels(ctx, missing)
	if rest != nil {
		all.Value.entries = append(all.Value.entries, rest.Value.entries...)
		all.Unreadable += rest.Unreadable
	}
	if err != nil {
		return all.orNil(len(all.Value.entries)), err
	}
	return all, nil
}

// errOneTunnel is what is remembered of a router that answers one tunnel a request.
var errOneTunnel = errors.New("only one tunnel was answered")

// Tunnels asks status.pepvpn for the tunnels to the given peers, some at once or, where the
// router answers only one, one by one (field notes, status.pepvpn). A router may answer
// fewer than were asked for. When a request fails, what was read before, if anything, is
// returned with the error, which is an [*Error].
func (c *Client) Tunnels(ctx context.Context, peers []string) (*Answer[Tunnels], error) {
	all := &Answer[Tunnels]{}
	for len(peers) > 0 {
		count := min(len(peers), tunnelsPerRequest)
		if c.dialects.refusal(severalTunnels) != nil {
			count = 1
		}
		answer, err := get[struct {
			Tunnels Tunnels `json:"tunnel"`
		}](ctx, c, request{endpoint: pepvpnEndpoint, query: url.Values{"infoType": {"tunnel"}, "tunnelOption": peers[:count]}})
		if err != nil {
			return all.orNil(len(all.Value.entries)), err
		}
		tunnels := answer.Value.Tunnels.entries
		if count > 1 && len(tunnels) == 1 {
			c.dialects.remember(severalTunnels, errOneTunnel)
			continue
		}
		all.Value.entries = append(all.Value.entries, tunnels...)
		all.Unreadable += answer.Unreadable
		peers = peers[count:]
	}
	return all, nil
}
