package collector_test

import (
	"context"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func askPepVPN(client *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.PepVPN], error) { //nolint:revive // in the order of a method expression
	return client.PepVPN(ctx, 2)
}

// A list that is there says how much it holds, and one that is not there says nothing.
func TestListsOfPepVPN(t *testing.T) {
	const profiles, peers, all = `pepvpn_profiles 0`, `pepvpn_peers 0`, `pepvpn_peers_truncated 0`
	check(t, map[string]example{
		"both empty":        {`{"profile": {}, "peer": []}`, []string{peers, all, profiles}, 0},
		"empty arrays":      {`{"profile": [], "peer": []}`, []string{peers, all, profiles}, 0},
		"only order":        {`{"profile": {"order": [], "siteId": "x"}, "peer": []}`, []string{peers, all, profiles}, 0},
		"peers alone":       {`{"peer": []}`, []string{peers, all}, 0},
		"profiles alone":    {`{"profile": {}}`, []string{all, profiles}, 0},
		"null":              {`{"profile": null, "peer": null}`, []string{all}, 0},
		"neither":           {`{}`, []string{all}, 0},
		"nothing":           {`[]`, []string{all}, 0},
		"neither is a list": {`{"profile": "x", "peer": 5}`, []string{all}, 2},
	}, askPepVPN, collector.CollectPepVPN, &collector.View{})
}

func TestPeerSettings(t *testing.T) {
	info := `pepvpn_peer_info{peer="Hub",peer_id="1-1",profile_id="",serial_number="",type="",username="",vlan_id=""} 1`
	const count, all = `pepvpn_peers 1`, `pepvpn_peers_truncated 0`
	peer := func(settings string) string { return `{"peer": [{"peerId": "1-1", "name": "Hub", ` + settings + `}]}` }
	check(t, map[string]example{
		"all": {
			peer(`"dataUseTcp": true, "wanSmoothing": "normal", "latencyDiffCutoff": 500,
			"bandwidthLimit": {"upload": {"value": 8000, "unit": "kbps"}, "download": {"value": "16", "unit": "Mbps"}}`),
			[]string{
				info,
				`pepvpn_peer_over_tcp{peer="Hub",peer_id="1-1"} 1`,
				`pepvpn_peer_receive_limit_bytes_per_second{peer="Hub",peer_id="1-1"} 2e+06`,
				`pepvpn_peer_transmit_limit_bytes_per_second{peer="Hub",peer_id="1-1"} 1e+06`,
				count, all,
			},
			0,
		},
		"in part": {
			peer(`"dataUseTcp": false, "bandwidthLimit": {"upload": {"value": 8}}`),
			[]string{info, `pepvpn_peer_over_tcp{peer="Hub",peer_id="1-1"} 0`, `pepvpn_peer_transmit_limit_bytes_per_second{peer="Hub",peer_id="1-1"} 1000`, count, all},
			0,
		},
		"garbled": {
			peer(`"dataUseTcp": "yes", "bandwidthLimit": {"upload": {"value": -8}, "download": {"value": 1, "unit": "barrels"}}`),
			[]string{info, count, all},
			3,
		},
		"no limit": {peer(`"bandwidthLimit": {}`), []string{info, count, all}, 0},
	}, askPepVPN, collector.CollectPepVPN, &collector.View{})
}
