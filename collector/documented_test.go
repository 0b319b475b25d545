package collector_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// documented are the fields of each endpoint, of the API document and the field notes.
var documented = map[string]string{
	"wan": `name statusLed asLan enable locked scheduledOff message uptime type virtualType priority groupSet ip mask
		gateway method mode routingMode dns additionalIp mtu mss mac wifi modem cellular managementOnly virtual portId
		gatewayUrl bandwidthAllowanceMonitor synergy synergyLink timestamp reportTimestamp supportGatewayProxy
		signal ssid bssid strength vendorId productId manufacturer carrier signalLevel network imsi iccid esn mtn apn
		username password dialNumber band roamingStatus mobileType dataTechnology sim remoteSim meid imei mcc mnc
		cellTower rssi sinr snr ecio rsrp rsrq rscp status active simCardDetected autoApn speedfusionConnect5gLte
		carrierAggregation modulePowerOn rat channel channelWidth model firmware serialNumber slot`,
	"allowance": "enable usage limit percent start unit",
	"pepvpn": `siteId name master vlanId status conflictCount peerCount userShared userCount type serialNumber profileId
		secure username conflictRoute inactiveRoute route server client bridge peerId`,
	"pepvpn_link": `id state name time rtt rx tx loss receive transmit priority byte packet wan forward fragment
		outOfOrder recover discard fec redundant`,
	"firmware": "version bootable inUse",
	"system": `serialNumber name model productCode hardwareRevision firmwareVersion second percentage load temperature min
		max threshold active value total`,
	"lan":           "name vlanId ip mask",
	"traffic":       "bandwidth traffic lifetime unit overall download upload",
	"latency":       "latency data",
	"clients":       "list client active connectionType",
	"port":          "name enable linkUp speed",
	"location":      "gps latitude longitude altitude timestamp heading hdop",
	"ap":            "support enable",
	"ssid":          "name enable security vlanId",
	"sim":           "enabledSim preferredSim",
	"wifi":          "result timestamp ssid bssid securityPolicy message",
	"pepvpn_remote": "remote id state name rtt priority byte packet",
}

// named are the fields that tell things apart and so are labels, not metrics.
var named = []string{"name", "id", "peerId"}

var word = regexp.MustCompile(`[A-Za-z0-9]+`)

// Every documented field is exported, or stands in METRICS.md among those that are not.
func TestEveryDocumentedFieldIsAccountedFor(t *testing.T) {
	var onPurpose []string
	for _, unread := range collector.Unreads() {
		onPurpose = append(onPurpose, word.FindAllString(strings.Join(unread.Fields, " "), -1)...)
	}
	for _, section := range collector.Sections() {
		fields, known := documented[section.Collector]
		if !known && section.Collector != "" {
			t.Errorf("the fields of collector %s are not listed here", section.Collector)
		}
		var sources []string
		for _, metric := range section.Metrics {
			sources = append(sources, word.FindAllString(metric.Source, -1)...)
		}
		for field := range strings.FieldsSeq(fields) {
			if !slices.Contains(sources, field) && !slices.Contains(onPurpose, field) && !slices.Contains(named, field) {
				t.Errorf("%s: nothing comes from %q, and METRICS.md does not say why", section.Collector, field)
			}
		}
	}
}
