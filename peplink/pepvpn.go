package peplink

import (
	"context"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

const pepvpnEndpoint = "status.pepvpn"

// SpeedFusion peers are asked for in pages: long lists come in parts only (field notes,
// status.pepvpn). A router may answer fewer than it was asked for, so only a page of a few
// is taken for the last one.
const (
	peersPerPage = 250
	fewPeers     = 50
	// sparePages are asked for beyond those that maxPeers can need.
	sparePages = 3
)

// PepVPN is the SpeedFusion profiles of a router, and the peers they connect to.
type PepVPN struct {
	Profiles Profiles
	Peers    []Peer // each with an id of its own
	// HasPeers tells that there is a list of peers, be it an empty one.
	HasPeers bool
	// PeersTruncated tells that there are more peers than were to be read.
	PeersTruncated bool
	// Tunnels are those that were asked for with the peers, as far as they were answered.
	Tunnels countedTunnels
}

// Profiles is the SpeedFusion profiles by id. Some answers have no such list.
type Profiles struct {
	Keyed[Profile, ProfileFacts]
	there bool
}

// Are reports whether there is a list of profiles, be it an empty one.
func (p *Profiles) Are() bool { return p.there }

// readFrom implements [loose].
func (p *Profiles) readFrom(r *reader, dec *jsontext.Decoder) error {
	kind := dec.PeekKind()
	p.there = kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray && r.isEmpty(dec)
	return p.Keyed.readFrom(r, dec)
}

// ProfileFacts stand beside the profile ids.
type ProfileFacts struct{}

// fact implements [facts].
func (*ProfileFacts) fact(key string) (into any, isFact bool) { return nil, key == "siteId" }

// Profile is a configured SpeedFusion connection (API document, GET status.pepvpn,
// Profile_Obj).
type Profile struct {
	Name          Text   `json:"name"`
	Type          Text   `json:"type"`   // l3, l2, nats, natc
	Status        Text   `json:"status"` // START, AUTHEN, TUNNEL, ROUTE, CONFLICT, CONNECTED, DISCONNECTED
	VLANID        Text   `json:"vlanId"`
	Master        Bool   `json:"master"`
	UserShared    Bool   `json:"userShared"`
	PeerCount     Number `json:"peerCount"`
	UserCount     Number `json:"userCount"`
	ConflictCount Number `json:"conflictCount"`
}

// Peer is the far end of a SpeedFusion connection (API document, GET status.pepvpn,
// Peer_Obj; field notes, same heading).
type Peer struct {
	ID             Text       `json:"peerId"` // such as "60000-1"
	Name           Text       `json:"name"`
	ProfileID      Text       `json:"profileId"`
	SerialNumber   Text       `json:"serialNumber"`
	Type           Text       `json:"type"`   // l3, l2, nats, natc, SFC Client
	Status         Text       `json:"status"` // the words of a profile
	Username       Text       `json:"username"`
	VLANID         Text       `json:"vlanId"`
	Secure         Bool       `json:"secure"`
	Routes         List[Text] `json:"route"`
	InactiveRoutes List[Text] `json:"inactiveRoute"`
	ConflictRoutes List[Text] `json:"conflictRoute"`

	OverTCP   Bool                   `json:"dataUseTcp"`
	Bandwidth Object[BandwidthLimit] `json:"bandwidthLimit"`
}

// BandwidthLimit is how fast a router and its peer may send to each other, as far as it is
// limited (field notes, Learned since).
type BandwidthLimit struct {
	Upload   Object[RateLimit] `json:"upload"`
	Download Object[RateLimit] `json:"download"`
}

// RateLimit is how fast something may be.
type RateLimit struct {
	Value Amount   `json:"value"`
	Unit  RateUnit `json:"unit"`
}

// IsConnected reports whether the tunnels to the peer are up.
func (p *Peer) IsConnected() bool { return p.Status.String() == "CONNECTED" }

// pepvpnPage is one answer of status.pepvpn.
type pepvpnPage struct {
	Profiles Profiles       `json:"profile"`
	Peers    List[Peer]     `json:"peer"`
	Tunnels  countedTunnels `json:"tunnel"`
}

// PepVPN asks status.pepvpn for profiles and at most maxPeers peers, page by page. The
// tunnels to some peers may come with the first page, which saves a request; what is
// answered of them is told beside the peers. When a page fails, what was read before is
// returned with the error, which is an [*Error].
func (c *Client) PepVPN(ctx context.Context, maxPeers int, tunnelsOf ...string) (*Answer[PepVPN], error) {
	answer := &Answer[PepVPN]{}
	seen := map[string]bool{}
	infoType, start := "profile peer", 0
	for range maxPeers/fewPeers + sparePages {
		// One more than is wanted tells whether there are more.
		size := min(peersPerPage, maxPeers+1-len(answer.Value.Peers))
		page, err := c.pepvpnPage(ctx, request{
			endpoint: pepvpnEndpoint,
			query:    url.Values{"infoType": {infoType}, "start": {strconv.Itoa(start)}, "size": {strconv.Itoa(size)}},
			maxPeers: maxPeers + 1,
		}, tunnelsOf)
		tunnelsOf = nil
		if err != nil {
			return answer.orNil(start), err
		}
		if start == 0 {
			answer.Value.Profiles = page.Value.Profiles
			_, answer.Value.HasPeers = page.Value.Peers.Value()
			answer.Value.Tunnels = page.Value.Tunnels
		}
		answer.Unreadable += page.Unreadable
		peers := page.Value.Peers.Items()
		fresh := addPeers(answer, peers, seen)
		if len(answer.Value.Peers) > maxPeers {
			answer.Value.Peers = answer.Value.Peers[:maxPeers]
			break
		}
		// A router that does not know "start" answers the first page again.
		if len(peers) < min(size, fewPeers) || fresh == 0 {
			return answer, nil
		}
		infoType, start = "peer", start+len(peers)
	}
	answer.Value.PeersTruncated = true
	return answer, nil
}

// addPeers takes over the peers of a page and returns how many. One without an id, or with
// an id already seen, cannot be told from others; it is left out and counted as unreadable.
func addPeers(answer *Answer[PepVPN], page []Peer, seen map[string]bool) (fresh int) {
	for i := range page {
		id, ok := page[i].ID.Value()
		if !ok || seen[id] {
			continue
		}
		seen[id] = true
		fresh++
		answer.Value.Peers = append(answer.Value.Peers, page[i])
	}
	if fresh > 0 { // else it is an earlier page once more
		answer.Unreadable += len(page) - fresh
	}
	return fresh
}
