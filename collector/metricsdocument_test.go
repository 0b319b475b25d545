package collector_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

const metricsDocument = "../METRICS.md"

// TestMetricsDocument keeps METRICS.md what the tables say. `make golden` writes it.
func TestMetricsDocument(t *testing.T) {
	got := document(collector.Sections())
	if *update {
		if err := os.WriteFile(metricsDocument, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, metricsDocument)), got); diff != "" {
		t.Errorf("METRICS.md (-file +tables); `make golden` writes it anew\n%s", diff)
	}
}

func document(sections []collector.Section) string {
	var text strings.Builder
	text.WriteString(`# Metrics

<!-- Written from the tables of package collector by "make golden". Do not edit. -->

What a router leaves out is no sample, never 0. What it sends but cannot be read is no sample either, and is counted in
` + "`peplink_scrape_unreadable_fields`" + `. Labels and sources are those of the firmware's API; sizes are bytes, times are seconds.

A state or reason that stands here may be joined by one that is not known yet: it is then written in lower case, with ` + "`_`" + ` for
all other characters.
`)
	for _, section := range sections {
		text.WriteString(heading(section))
		text.WriteString("\n| metric | type | labels | unit | meaning | source |\n|---|---|---|---|---|---|\n")
		for _, metric := range section.Metrics {
			fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s | %s |\n",
				metric.Name, metric.Type, labels(metric), unit(metric.Name), metric.Help, cell(metric.Source))
		}
		fmt.Fprintf(&text, "\nExample: %s.\n", queries[section.Collector])
	}
	text.WriteString(ownMetrics)
	text.WriteString(unread())
	return text.String()
}

func heading(section collector.Section) string {
	switch {
	case section.Collector == "":
		return "\n## Every probe\n"
	case section.OnDefault:
		return fmt.Sprintf("\n## Collector `%s`\n\nFrom `%s`; on by default.\n", section.Collector, section.Endpoint)
	}
	return fmt.Sprintf("\n## Collector `%s`\n\nFrom `%s`; off by default.\n", section.Collector, section.Endpoint)
}

// labels names the labels of a metric, with the words that its last one may be.
func labels(metric collector.Document) string {
	if len(metric.Words) == 0 {
		return code(metric.Labels)
	}
	return code(metric.Labels) + ": " + strings.Join(metric.Words, ", ")
}

func code(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return "`" + strings.Join(labels, "`, `") + "`"
}

// cell makes a text fit for a table of Markdown, which would take <slot> for HTML.
func cell(text string) string { return strings.NewReplacer("<", `\<`, "|", `\|`).Replace(text) }

// units are the endings of names that tell a unit; the first that fits counts.
var units = []struct{ ending, unit string }{
	{"_timestamp_seconds", "unix time, s"},
	{"_time_seconds", "unix time, s"},
	{"_seconds", "s"},
	{"_bytes_total", "bytes"},
	{"_bytes", "bytes"},
	{"_dbm", "dBm"},
	{"_db", "dB"},
	{"_info", "always 1"},
	{"_state", "1 for the current state"},
	{"_error", "always 1"},
}

func unit(name string) string {
	for _, u := range units {
		if strings.HasSuffix(name, u.ending) {
			return u.unit
		}
	}
	return ""
}

// queries are an example for each collector, "" for every poll.
var queries = map[string]string{
	"":              "`sum by (reason) (peplink_scrape_error)`: why collectors fail",
	"wan":           "`peplink_wan_state{state=~\"down|no_cable|connecting\"} == 1`: WANs in trouble; `max by (job,instance,wan_id) (peplink_cellular_rsrp_dbm)`: the best signal of each modem",
	"allowance":     "`peplink_allowance_usage_bytes / peplink_allowance_limit_bytes`: how much of the allowance is used",
	"pepvpn":        "`peplink_pepvpn_peer_up == 0`: peers that are not connected",
	"pepvpn_link":   "`rate(peplink_pepvpn_link_receive_lost_packets_total[5m]) / rate(peplink_pepvpn_link_receive_wan_packets_total[5m])`: the share of packets that is lost on the way to the router",
	"traffic":       "`8 * peplink_wan_receive_bytes_per_second`: bits per second of each WAN; `increase(peplink_device_receive_bytes_total[1d])`: what the router received in a day",
	"firmware":      "`count by (version) (peplink_firmware_info and on(job,instance,slot) peplink_firmware_in_use == 1)`: which firmware runs how often",
	"system":        "`time() - peplink_device_uptime_seconds`: when the router started",
	"lan":           "`count by (instance) (peplink_lan_info)`: how many networks each router serves",
	"latency":       "`peplink_wan_latency_unanswered_ratio > 0.5`: WANs over which most answers stay away",
	"clients":       "`sum by (instance) (peplink_clients{active=\"true\"})`: how many devices are connected",
	"port":          "`peplink_port_link_up == 1 and peplink_port_speed_bits_per_second < 1e9`: ports that are slower than a gigabit",
	"location":      "`peplink_location_fix == 0`: routers that do not know where they are",
	"ap":            "`peplink_ap_supported == 1 and peplink_ap_enabled == 0`: access points that are switched off",
	"ssid":          "`peplink_ssid_enabled == 1 and on(instance,ssid_id) peplink_ssid_info{security=\"Open\"}`: networks that are open to all",
	"sim":           "`peplink_sim_active == 1 and on(job,instance,wan_id,sim) peplink_sim_slot_preferred == 0`: modems that do not use the SIM they prefer",
	"wifi":          "`peplink_wifi_last_result_state{state=~\".*_auth_fail\"} == 1`: Wi-Fi WANs with a wrong key",
	"pepvpn_remote": "`peplink_pepvpn_remote_link_rtt_seconds`: round trip times as the peers measure them",
}

// ownMetrics are those of the exporter itself, which package server has.
const ownMetrics = `
## The exporter itself

On ` + "`/metrics`" + `, which asks no router anything. None has a label for the target. Metrics of the Go runtime and of the process
stand beside them.

| metric | type | labels | unit | meaning |
|---|---|---|---|---|
| ` + "`peplink_exporter_build_info` | gauge | `version`, `revision`, `branch`, `goversion`, `goos`, `goarch`, `tags`" + ` | always 1 | Which exporter this is. |
| ` + "`peplink_exporter_config_last_reload_successful`" + ` | gauge |  |  | Whether the last reload succeeded, so that the file is what serves. |
| ` + "`peplink_exporter_config_last_reload_success_timestamp_seconds`" + ` | gauge |  | unix time, s | When the configuration that serves was loaded. |
| ` + "`peplink_exporter_targets`" + ` | gauge |  |  | Targets of the configuration. |
| ` + "`peplink_exporter_targets_without_secret`" + ` | gauge |  |  | Targets whose credentials are missing or cannot be read. |
| ` + "`peplink_exporter_probes_total` | counter | `outcome`: up, partial (up, but a collector failed that the router supports), down" + ` |  | Probes that were answered. |
| ` + "`peplink_exporter_probes_in_flight`" + ` | gauge |  |  | Probes that are running. |
| ` + "`peplink_exporter_probes_rejected_total`" + ` | counter |  |  | Probes for which there was no place in time. |
| ` + "`peplink_exporter_requests_shared_total`" + ` | counter |  |  | Calls to routers that a probe joined instead of making them again. |
| ` + "`peplink_exporter_router_requests_total` | counter | `endpoint`, `outcome`: ok, or a reason of `peplink_scrape_error`" + ` |  | Requests to routers. |
| ` + "`peplink_exporter_router_request_duration_seconds` | histogram | `endpoint`" + ` | s | How long requests to routers took. |

Example: ` + "`sum by (endpoint) (rate(peplink_exporter_router_requests_total{outcome!=\"ok\"}[5m]))`" + `: which endpoints fail how often.
`

// unread is a table of Markdown of the fields that no metric comes from, and why. Its first
// column names the fields.
func unread() string {
	var text strings.Builder
	text.WriteString("\n## Read by nobody, on purpose\n\nSome fields are not exported. What is below them is meant too.\n\n| field | of | why |\n|---|---|---|\n")
	for _, u := range collector.Unreads() {
		endpoint := u.Endpoint
		if endpoint == "" {
			endpoint = "any endpoint"
		}
		fmt.Fprintf(&text, "| %s | %s | %s |\n", strings.Join(u.Fields, ", "), endpoint, u.Why)
	}
	return text.String()
}
