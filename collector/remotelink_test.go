package collector_test

import (
	"context"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestRemoteLinks(t *testing.T) {
	ask := func(client *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.Tunnels], error) {
		return client.Tunnels(ctx, []string{"1-1"})
	}
	hub := answer(t, `{"peer": [{"peerId": "1-1", "name": "Hub", "status": "CONNECTED"}]}`, askPepVPN)
	peers := map[string]*peplink.Peer{"1-1": &hub.Value.Peers[0]}
	collect := func(tunnels *peplink.Tunnels, view *collector.View, into *collector.Families) {
		collector.CollectRemoteLinks(&collector.Links{Tunnels: tunnels, Peers: peers}, view, into)
	}
	link := func(metric, remoteID, remote, value string) string {
		return `pepvpn_remote_link_` + metric + `{peer="Hub",peer_id="1-1",remote_wan="` + remote + `",remote_wan_id="` + remoteID + `",wan="Fibre",wan_id="1"} ` + value
	}
	check(t, map[string]example{
		"numbers, below wan": {
			`{"tunnel": {"1-1": {"wan": {"1": {"name": "mine", "state": "ACTIVE", "rtt": 9, "rx": [5], "remote": {
			"2": {"name": "theirs", "state": "P-ACTIV", "rtt": 12, "priority": 1,
				"receive": {"byte": 100, "packet": {"wan": 7, "loss": 1}}, "transmit": {"byte": [200], "packet": {"fec": 3}}},
			"3": {"name": "idle", "state": "WAN_DISABLED", "priority": 2}, "order": [2, 3]}}}}}}`,
			[]string{
				link("priority", "2", "theirs", "1"),
				link("receive_bytes_total", "2", "theirs", "100"),
				link("receive_lost_packets_total", "2", "theirs", "1"),
				link("receive_wan_packets_total", "2", "theirs", "7"),
				link("rtt_seconds", "2", "theirs", "0.012"),
				`pepvpn_remote_link_state_info{peer="Hub",peer_id="1-1",remote_wan="theirs",remote_wan_id="2",state="active_p",wan="Fibre",wan_id="1"} 1`,
				`pepvpn_remote_link_state_info{peer="Hub",peer_id="1-1",remote_wan="idle",remote_wan_id="3",state="wan_disabled",wan="Fibre",wan_id="1"} 1`,
				link("transmit_bytes_total", "2", "theirs", "200"),
				link("transmit_fec_packets_total", "2", "theirs", "3"),
				link("up", "2", "theirs", "1"),
			},
			0,
		},
		"older firmware": {
			`{"tunnel": {"1-1": {"1": {"state": "ACTIVE", "remote": {"2": {"state": "FAILURE", "rx": 1, "tx": 2, "loss": 3, "rtt": 5}}}}}}`,
			[]string{
				link("lost_packets_total", "2", "", "3"),
				link("receive_bytes_total", "2", "", "1"),
				`pepvpn_remote_link_state_info{peer="Hub",peer_id="1-1",remote_wan="",remote_wan_id="2",state="failure",wan="Fibre",wan_id="1"} 1`,
				link("transmit_bytes_total", "2", "", "2"),
				link("up", "2", "", "0"),
			},
			0,
		},
		"none":            {`{"tunnel": {"1-1": {"1": {"state": "ACTIVE"}, "2": {"state": "ACTIVE", "remote": null}, "3": {"remote": {}}}}}`, nil, 0},
		"of other peers":  {`{"tunnel": {"9-9": {"1": {"state": "ACTIVE", "remote": {"2": {"state": "ACTIVE"}}}}}}`, nil, 0},
		"garbled":         {`{"tunnel": {"1-1": {"1": {"state": "ACTIVE", "remote": {"2": {"priority": "first", "rx": -1}, "3": "x"}}}}}`, nil, 3},
		"no object":       {`{"tunnel": {"1-1": {"1": {"remote": "x"}, "2": {"remote": 5}}}}`, nil, 2},
		"below wan again": {`{"tunnel": {"1-1": {"1": {"remote": {"wan": {"2": {"priority": 4}}}}}}}`, []string{link("priority", "2", "", "4")}, 0},
	}, ask, collect, &collector.View{WANs: known(collector.KnownWAN{ID: "1", Name: "Fibre"})})
}

// What the router tells of its own end counts elsewhere, and the far end does not there.
func TestUnreadableOfEitherEnd(t *testing.T) {
	tunnels := answer(t, `{"tunnel": {"1-1": {"1": {"priority": "x", "remote": {"2": {"priority": "x", "rtt": "y"}}}}}}`,
		func(client *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.Tunnels], error) {
			return client.Tunnels(ctx, []string{"1-1"})
		})
	if tunnels.Unreadable != 1 {
		t.Errorf("%d unreadable of the router's own end, want 1", tunnels.Unreadable)
	}
}
