package collector_test

import (
	"context"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// ofWAN asks for what the router tells of WAN 4 alone.
func ofWAN[T any](ask func(*peplink.Client, context.Context, []string) (*peplink.Answer[T], error)) call[T] {
	return func(client *peplink.Client, ctx context.Context) (*peplink.Answer[T], error) {
		return ask(client, ctx, []string{"4"})
	}
}

func TestSIMSlots(t *testing.T) {
	enabled := func(slot, value string) string {
		return `sim_slot_enabled{sim="` + slot + `",wan="Modem",wan_id="4"} ` + value
	}
	preferred := func(slot, value string) string {
		return `sim_slot_preferred{sim="` + slot + `",wan="Modem",wan_id="4"} ` + value
	}
	check(t, map[string]example{
		"both":                      {`{"enabledSim": [1, 2], "preferredSim": 1}`, []string{enabled("1", "1"), enabled("2", "1"), preferred("1", "1"), preferred("2", "0")}, 0},
		"one, no preference":        {`{"enabledSim": ["2"], "preferredSim": null}`, []string{enabled("1", "0"), enabled("2", "1")}, 0},
		"one that was not known":    {`{"enabledSim": [1, 3]}`, []string{enabled("1", "1"), enabled("2", "0"), enabled("3", "1")}, 0},
		"preference alone":          {`{"preferredSim": 2}`, []string{preferred("1", "0"), preferred("2", "1")}, 0},
		"nothing":                   {`{}`, nil, 0},
		"none":                      {`{"enabledSim": []}`, []string{enabled("1", "0"), enabled("2", "0")}, 0},
		"garbled":                   {`{"enabledSim": "all", "preferredSim": true}`, nil, 2},
		"one of them is unreadable": {`{"enabledSim": [1, {"a": 1}]}`, []string{enabled("1", "1"), enabled("2", "0")}, 1},
	}, ofWAN((*peplink.Client).SIMSlots), collector.CollectSIMSlots, &collector.View{WANs: known(
		collector.KnownWAN{ID: "4", Name: "Modem", Cellular: true, Slots: []string{"1", "2"}})})
}

func TestWiFiResults(t *testing.T) {
	result := func(current string) []string {
		var set []string
		for _, state := range []string{"connected", "timeout", "psk_auth_fail", "eap_auth_fail", "ap_not_found", "unknown_fail"} {
			value := "0"
			if state == current {
				value = "1"
			}
			set = append(set, `wifi_last_result_state{state="`+state+`",wan="Wi-Fi",wan_id="4"} `+value)
		}
		return set
	}
	check(t, map[string]example{
		"connected": {
			`{"result": "CONNECTED", "timestamp": 1529899328, "ssid": "Main SSID", "bssid": "00:00:5E:00:53:01", "message": "connected to Main SSID"}`,
			append(result("connected"), `wifi_last_result_timestamp_seconds{wan="Wi-Fi",wan_id="4"} 1.529899328e+09`), 0,
		},
		"wrong key":   {`{"result": "PSK_AUTH_FAIL"}`, result("psk_auth_fail"), 0},
		"a new state": {`{"result": "SOMETHING_NEW"}`, append(result(""), `wifi_last_result_state{state="something_new",wan="Wi-Fi",wan_id="4"} 1`), 0},
		"never tried": {`{}`, nil, 0},
		"garbled":     {`{"result": ["CONNECTED"], "timestamp": "now"}`, nil, 2},
	}, ofWAN((*peplink.Client).WiFiResults), collector.CollectWiFiResults, &collector.View{WANs: known(collector.KnownWAN{ID: "4", Name: "Wi-Fi", WiFi: true})})
}
