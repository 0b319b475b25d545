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
	"lan":      "name vlanId ip mask",
	"traffic":  `bandwidth traffic lifetime timestamp datetime unit all overall download upload name portType virtual details`,
	"latency":  "name latency pointInterval data",
	"clients":  "client mac ip name active connectionType vlanId lease essid signal speed",
	"port":     "name enable linkUp autoSpeed speed asLan",
	"location": "gps location latitude longitude altitude speed heading hdop pdop vdop timestamp",
	"ap":       "support enable wanDependent",
	"ssid":     "name enable vlanId captivePortal incontrolManaged broadcast security policy fastTransition key",
	"sim":      "enabledSim preferredSim",
	"wifi":     "timestamp result bssid ssid securityPolicy message",
	"pepvpn_remote": `id state name time rtt rx tx loss receive transmit remote priority byte packet wan forward fragment
		outOfOrder recover discard fec redundant`,
}

// named are the fields that tell things apart and so are labels, not metrics.
var named = []string{"name", "id", "peerId"}

var word = regexp.MustCompile(`[A-Za-z0-9]+`)

// Every documented field is exported, or stands in METRICS.md among those that are not.
func TestEveryDocumentedFieldIsAccountedFor(t *testing.T) {
	var onPurpose []string
	for row := range strings.Lines(unread()) {
		if cells := strings.Split(row, "|"); len(cells) > 1 {
			onPurpose = append(onPurpose, word.FindAllString(cells[1], -1)...)
		}
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
