package collector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

const wifiDetails = `"ssid":"Depot","bssid":"00:00:5E:00:53:A5","signal":{"strength":"-57"}`

// Details of a Wi-Fi WAN stand in either of two objects or on the WAN itself.
var wifiWANs = map[string]string{
	"wifi":     `{"type":"wifi","wifi":{` + wifiDetails + `}}`,
	"wireless": `{"type":"wifi","wireless":{` + wifiDetails + `}}`,
	"itself":   `{"type":"wireless",` + wifiDetails + `}`,
}

func TestWiFiDetailsWhereverTheyStand(t *testing.T) {
	samples := answers(t, wanEndpoint, wifiWANs)
	if diff := cmp.Diff(map[string]float64{"wifi": -57, "wireless": -57, "itself": -57}, family(t, samples, "peplink_wifi_signal_dbm", "wan_id")); diff != "" {
		t.Errorf("signal (-want +got):\n%s", diff)
	}
	for label, want := range map[string]string{"ssid": "Depot", "bssid": ""} {
		if diff := cmp.Diff(map[string]string{"wifi": want, "wireless": want, "itself": want}, labelled(samples, "peplink_wifi_info", label)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", label, diff)
		}
	}
	samples = answers(t, wanEndpoint, wifiWANs, exposing(collector.Expose{Addresses: true}))
	const bssid = "00:00:5E:00:53:A5"
	if diff := cmp.Diff(map[string]string{"wifi": bssid, "wireless": bssid, "itself": bssid}, labelled(samples, "peplink_wifi_info", "bssid")); diff != "" {
		t.Errorf("bssid exposed (-want +got):\n%s", diff)
	}
}

// A Wi-Fi WAN that is not connected reports a strength of 0.
func TestWiFiStrengthOnlyIfNegative(t *testing.T) {
	samples := answers(t, wanEndpoint, map[string]string{
		"zero":     `{"type":"wifi","wifi":{"signal":{"strength":0}}}`,
		"positive": `{"type":"wifi","wifi":{"signal":{"strength":57}}}`,
		"missing":  `{"type":"wifi","wifi":{"ssid":"Depot"}}`,
		"weak":     `{"type":"wifi","wifi":{"signal":{"strength":-0.5}}}`,
		"other":    `{"type":"ethernet"}`,
	})
	if diff := cmp.Diff(map[string]float64{"weak": -0.5}, family(t, samples, "peplink_wifi_signal_dbm", "wan_id")); diff != "" {
		t.Errorf("signal (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"missing": "Depot"}, labelled(samples, "peplink_wifi_info", "ssid")); diff != "" {
		t.Errorf("info (-want +got):\n%s", diff)
	}
}
