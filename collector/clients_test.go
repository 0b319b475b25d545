package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestClients(t *testing.T) {
	check(t, map[string]example{
		"counted by kind": {
			`{"list": [
			{"mac": "00:00:5E:00:53:01", "ip": "192.0.2.1", "name": "till", "active": true, "connectionType": "ethernet"},
			{"mac": "00:00:5E:00:53:02", "ip": "192.0.2.2", "active": true, "connectionType": "ethernet"},
			{"mac": "00:00:5E:00:53:03", "active": false, "connectionType": "wifi", "signal": {"level": 3}},
			{"mac": "00:00:5E:00:53:04", "active": true}, {"mac": "00:00:5E:00:53:05"}],
			"client": [{"mac": "00:00:5E:00:53:01", "active": true, "connectionType": "ethernet"}]}`,
			[]string{
				`clients{active="",connection_type=""} 1`,
				`clients{active="true",connection_type=""} 1`,
				`clients{active="true",connection_type="ethernet"} 2`,
				`clients{active="false",connection_type="wifi"} 1`,
			},
			0,
		},
		"none":     {`{"list": []}`, nil, 0},
		"no list":  {`{}`, nil, 0},
		"nothing":  {`[]`, nil, 0},
		"wrong":    {`{"list": "many"}`, nil, 1},
		"elements": {`{"list": [5, null, "x", {"active": "yes", "connectionType": "wifi"}, {"connectionType": "wifi"}]}`, []string{`clients{active="",connection_type="wifi"} 2`}, 3},
	}, (*peplink.Client).Clients, collector.CollectClients, &collector.View{})
}
