package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var wifiTables = []documented{&wifiResultTable}

// CollectWiFiResults adds how the last tries of Wi-Fi WANs to connect ended.
func CollectWiFiResults(results *peplink.WiFiResults, view *View, into *Families) {
	entries := results.Entries()
	for i := range entries {
		id := entries[i].ID
		wifiResultTable.collect(&wifiResult{WiFiResult: &entries[i].Value, wanID: id, wan: view.WANs[id].Name}, into)
	}
}

// wifiResult is how a Wi-Fi WAN's last try ended, as the table sees it.
type wifiResult struct {
	*peplink.WiFiResult
	wanID, wan string
}

func (r *wifiResult) labels() []string { return []string{r.wanID, r.wan} }

var wifiResults = []string{"connected", "timeout", "psk_auth_fail", "eap_auth_fail", "ap_not_found", "unknown_fail"}

var wifiResultTable = newTable(wanLabels, (*wifiResult).labels,
	states("peplink_wifi_last_result_state", "How the Wi-Fi WAN's last try to connect ended.", "result", wifiResults,
		func(r *wifiResult) (string, bool) { return state(r.Result) }),
	number("peplink_wifi_last_result_timestamp_seconds", "When the Wi-Fi WAN's last try to connect ended, unix time.", "timestamp",
		func(r *wifiResult) peplink.Number { return r.Timestamp }),
)
