package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var pepvpnTables = []documented{&pepvpnTable, &profileTable, &peerTable}

// CollectPepVPN adds the SpeedFusion profiles and peers.
func CollectPepVPN(pepvpn *peplink.PepVPN, view *View, into *Families) {
	pepvpnTable.collect(pepvpn, into)
	profiles := pepvpn.Profiles.Entries()
	for i := range profiles {
		profileTable.collect(&profile{Profile: &profiles[i].Value, id: profiles[i].ID}, into)
	}
	for i := range pepvpn.Peers {
		peerTable.collect(&peer{Peer: &pepvpn.Peers[i], expose: &view.Expose}, into)
	}
}

var pepvpnTable = newTable(nil, nil,
	gauge("peplink_pepvpn_profiles", "SpeedFusion profiles.", "profile",
		func(p *peplink.PepVPN) (float64, bool) { return float64(len(p.Profiles.Entries())), p.Profiles.Are() }),
	gauge("peplink_pepvpn_peers", "SpeedFusion peers that were read.", "peer",
		func(p *peplink.PepVPN) (float64, bool) { return float64(len(p.Peers)), p.HasPeers }),
	gauge("peplink_pepvpn_peers_truncated", "Whether there are more peers than the configured max_peers.", "peer",
		func(p *peplink.PepVPN) (float64, bool) { return oneIf(p.PeersTruncated), true }),
)

// tunnelStates are the states of profiles and peers.
var tunnelStates = []string{"start", "authen", "tunnel", "route", "conflict", "connected", "disconnected"}

// profile is a SpeedFusion profile as the tables see it.
type profile struct {
	*peplink.Profile
	id string
}

func (p *profile) labels() []string { return []string{p.id, p.Name.String()} }

// state turns the status of a profile or peer into a label value.
func state(status peplink.Text) (string, bool) {
	word, ok := status.Value()
	return stateWord(word), ok
}

// isConnected is 1 for the one status in which tunnels are up.
func isConnected(status peplink.Text) (float64, bool) {
	word, ok := state(status)
	return oneIf(word == "connected"), ok
}

var profileTable = newTable([]string{"profile_id", "profile"}, (*profile).labels,
	info("peplink_pepvpn_profile_info", "What kind of SpeedFusion profile this is.", "profile.<id>.type, vlanId", []string{"type", "vlan_id"},
		func(p *profile) ([]string, bool) { return []string{p.Type.String(), p.VLANID.String()}, true }),
	gauge("peplink_pepvpn_profile_up", "Whether the profile is connected.", "profile.<id>.status",
		func(p *profile) (float64, bool) { return isConnected(p.Status) }),
	states("peplink_pepvpn_profile_state", "State of the profile.", "profile.<id>.status", tunnelStates,
		func(p *profile) (string, bool) { return state(p.Status) }),
	flag("peplink_pepvpn_profile_master", "Whether this router is the profile's master.", "profile.<id>.master",
		func(p *profile) peplink.Bool { return p.Master }),
	flag("peplink_pepvpn_profile_user_shared", "Whether several users may share the profile.", "profile.<id>.userShared",
		func(p *profile) peplink.Bool { return p.UserShared }),
	number("peplink_pepvpn_profile_peers", "Peers of the profile.", "profile.<id>.peerCount",
		func(p *profile) peplink.Number { return p.PeerCount }),
	number("peplink_pepvpn_profile_conflicts", "Route conflicts of the profile.", "profile.<id>.conflictCount",
		func(p *profile) peplink.Number { return p.ConflictCount }),
	number("peplink_pepvpn_profile_users", "Users of the profile.", "profile.<id>.userCount",
		func(p *profile) peplink.Number { return p.UserCount }),
)

// peer is a SpeedFusion peer as the tables see it.
type peer struct {
	*peplink.Peer
	expose *Expose
}

var routeKinds = []string{"active", "inactive", "conflict"}

var peerLabels = []string{"peer_id", "peer"}

func (p *peer) labels() []string { return []string{p.ID.String(), p.Name.String()} }

var peerTable = newTable(peerLabels, (*peer).labels,
	info("peplink_pepvpn_peer_info", "What is known of the peer. username is filled only with `expose: subscriber`.",
		"peer[].profileId, serialNumber, type, vlanId, username",
		[]string{"profile_id", "serial_number", "type", "vlan_id", "username"},
		func(p *peer) ([]string, bool) {
			return []string{p.ProfileID.String(), p.SerialNumber.String(), p.Type.String(), p.VLANID.String(), onlyIf(p.expose.Subscriber, p.Username)}, true
		}),
	gauge("peplink_pepvpn_peer_up", "Whether the peer is connected.", "peer[].status",
		func(p *peer) (float64, bool) { return isConnected(p.Status) }),
	oneOf(tunnelStates, info("peplink_pepvpn_peer_state_info", "State of the peer; only the current one is shown.", "peer[].status", []string{"state"},
		func(p *peer) ([]string, bool) {
			word, ok := state(p.Status)
			return []string{word}, ok
		})),
	flag("peplink_pepvpn_peer_secure", "Whether the connection to the peer is encrypted.", "peer[].secure",
		func(p *peer) peplink.Bool { return p.Secure }),
	flag("peplink_pepvpn_peer_over_tcp", "Whether the data to and from the peer goes over TCP.", "peer[].dataUseTcp",
		func(p *peer) peplink.Bool { return p.OverTCP }),
	gauge("peplink_pepvpn_peer_receive_limit_bytes_per_second", "How fast the router may receive from the peer, where that is limited.", "peer[].bandwidthLimit.download",
		func(p *peer) (float64, bool) { return rateLimit(p.Bandwidth.OrZero().Download) }),
	gauge("peplink_pepvpn_peer_transmit_limit_bytes_per_second", "How fast the router may send to the peer, where that is limited.", "peer[].bandwidthLimit.upload",
		func(p *peer) (float64, bool) { return rateLimit(p.Bandwidth.OrZero().Upload) }),
	oneOf(routeKinds, several("peplink_pepvpn_peer_routes", "Routes to networks behind the peer, by kind: active, inactive or in conflict.",
		"peer[].route, inactiveRoute, conflictRoute", []string{"kind"},
		func(p *peer, s *sampler) {
			for i, routes := range []*peplink.List[peplink.Text]{&p.Routes, &p.InactiveRoutes, &p.ConflictRoutes} {
				if count, ok := length(routes); ok {
					s.sample(count, routeKinds[i])
				}
			}
		})),
)

func rateLimit(object peplink.Object[peplink.RateLimit]) (float64, bool) {
	limit := object.OrZero()
	return inBytes(limit.Value, limit.Unit)
}
