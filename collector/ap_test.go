package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestAccessPoint(t *testing.T) {
	check(t, map[string]example{
		"on":      {`{"support": true, "enable": true, "wanDependent": false}`, []string{`ap_enabled 1`, `ap_supported 1`, `ap_wan_dependent 0`}, 0},
		"none":    {`{"support": false}`, []string{`ap_supported 0`}, 0},
		"nothing": {`{}`, nil, 0},
		"garbled": {`{"support": 1, "enable": "on"}`, nil, 2},
	}, (*peplink.Client).AccessPoint, collector.CollectAccessPoint, &collector.View{})
}

func TestSSIDs(t *testing.T) {
	check(t, map[string]example{
		"two": {
			`{"1": {"name": "Guests", "enable": true, "captivePortal": true, "incontrolManaged": false, "broadcast": true, "vlanId": 7,
				"security": {"policy": "WPA2 Personal", "wpa2Personal": {"fastTransition": true, "key": "pas53or2"}}},
			"2": {"name": "Till", "enable": false}, "order": [1, 2]}`,
			[]string{
				`ssid_broadcast{ssid="Guests",ssid_id="1"} 1`,
				`ssid_captive_portal{ssid="Guests",ssid_id="1"} 1`,
				`ssid_enabled{ssid="Guests",ssid_id="1"} 1`,
				`ssid_enabled{ssid="Till",ssid_id="2"} 0`,
				`ssid_incontrol_managed{ssid="Guests",ssid_id="1"} 0`,
				`ssid_info{security="WPA2 Personal",ssid="Guests",ssid_id="1",vlan_id="7"} 1`,
				`ssid_info{security="",ssid="Till",ssid_id="2",vlan_id=""} 1`,
			},
			0,
		},
		"none": {`[]`, nil, 0},
	}, (*peplink.Client).SSIDs, collector.CollectSSIDs, &collector.View{})
}
