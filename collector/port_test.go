package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestPorts(t *testing.T) {
	check(t, map[string]example{
		"both halves": {
			`{
			"lan": {"1": {"name": "LAN 1", "enable": true, "linkUp": true, "autoSpeed": true, "speed": "1000FD"},
				"2": {"name": "LAN 2", "enable": false, "linkUp": false}, "order": [1, 2]},
			"wan": {"1": {"name": "WAN", "enable": true, "linkUp": true, "speed": "100HD", "asLan": false}, "asLan": false, "order": [1]}}`,
			[]string{
				`port_enabled{kind="lan",port="LAN 1",port_id="1"} 1`,
				`port_enabled{kind="lan",port="LAN 2",port_id="2"} 0`,
				`port_enabled{kind="wan",port="WAN",port_id="1"} 1`,
				`port_full_duplex{kind="lan",port="LAN 1",port_id="1"} 1`,
				`port_full_duplex{kind="wan",port="WAN",port_id="1"} 0`,
				`port_link_up{kind="lan",port="LAN 1",port_id="1"} 1`,
				`port_link_up{kind="lan",port="LAN 2",port_id="2"} 0`,
				`port_link_up{kind="wan",port="WAN",port_id="1"} 1`,
				`port_speed_bits_per_second{kind="lan",port="LAN 1",port_id="1"} 1e+09`,
				`port_speed_bits_per_second{kind="wan",port="WAN",port_id="1"} 1e+08`,
			},
			0,
		},
		"one half": {`{"lan": {"3": {"linkUp": true, "speed": ""}}}`, []string{`port_link_up{kind="lan",port="",port_id="3"} 1`}, 0},
		"nothing":  {`{}`, nil, 0},
		"speeds of no known form": {
			`{"wan": {"1": {"speed": "fast"}, "2": {"speed": 1000}, "3": {"speed": "1e9FD"}, "4": {"speed": "FD"}, "5": {"speed": true}}}`,
			nil, 5,
		},
	}, (*peplink.Client).Ports, collector.CollectPorts, &collector.View{})
}
