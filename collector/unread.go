package collector

import "strings"

// Unread is fields of an answer that no metric comes from, on purpose.
type Unread struct {
	Endpoint string   // "" for any
	Fields   []string // keys, from the outer to the inner one, without ids; what is below them is meant too
	Why      string
}

// Unreads lists what is left out on purpose.
func Unreads() []Unread { return unreads }

// WhyUnread tells why no metric comes from a field, which is named by its keys, from the
// outer to the inner one, without ids: "cellular.sim.password".
func WhyUnread(endpoint, field string) (why string, ok bool) {
	for _, unread := range unreads {
		for _, name := range unread.Fields {
			if (unread.Endpoint == "" || unread.Endpoint == endpoint) && strings.Contains("."+field+".", "."+name+".") {
				return unread.Why, true
			}
		}
	}
	return "", false
}

var unreads = []Unread{
	{"", []string{"order"}, "it only sorts"},

	{"status.wan.connection", []string{"username", "password"}, "credentials of the access point name, which routers send in clear text"},
	{"status.wan.connection", []string{"connection"}, "all WANs once more, by another key"},
	{"status.wan.connection", []string{"modem.dialNumber", "modem.imsi", "modem.iccid", "modem.mtn", "modem.apn"}, "personal, and what SIMs say is exported"},
	{"status.wan.connection", []string{"remoteSim.imsi", "remoteSim.serialNumber", "remoteSim.slot"}, "personal, or says nothing of the connection"},
	{"status.wan.connection", []string{"eid"}, "a number of the SIM; its others are exported"},
	{"status.wan.connection", []string{"roamingStatus.code"}, "no pairing with what the message says is proven"},
	{"status.wan.connection", []string{"signal of SIMs that are not in use"}, "measured by nobody"},
	{"status.wan.connection", []string{"reportTimestamp", "supportGatewayProxy", "gatewayUrl", "portId", "virtual"}, "say nothing of how a WAN fares"},
	{"status.wan.connection", []string{"bandwidthAllowanceMonitor"}, "the allowance itself tells more"},

	{"status.wan.connection.allowance", []string{"percent"}, "rounded by the router: 5 of 1024 MB is 0"},

	{"status.pepvpn", []string{"siteId"}, "the router's own name among its peers"},
	{"status.pepvpn", []string{"peer.server", "peer.client", "peer.bridge"}, "addresses of people's networks"},
	{"status.pepvpn", []string{"peer.wanSmoothing", "peer.latencyDiffCutoff", "profile.speedfusionConnectProtect"}, "settings, which change with the configuration only"},
	{"status.pepvpn", []string{"time"}, "its meaning is unproven"},

	{"status.system.info", []string{"device.host", "device.company", "device.legal", "device.modemSupport", "device.descriptionSupport"}, "say nothing of how the router fares"},
	{"status.system.info", []string{"thermalSensor.min", "fanSpeed.active", "fanSpeed.total", "fanSpeed.percentage"}, "follow from what is exported, or never change"},
	{"info.system", []string{"company", "support"}, "say nothing of how the router fares"},

	{"status.traffic", []string{"details"}, "by protocol; the router knows few of them"},
	{"status.traffic", []string{"name", "portType", "virtual"}, "the list of the WANs tells them"},
	{"status.traffic", []string{"timestamp", "datetime"}, "the router's clock, which the list of the WANs tells"},
	{"status.wan.latency", []string{"name", "pointInterval"}, "the list of the WANs tells the name; the interval is a setting"},
	{"status.client", []string{"client"}, "all clients once more"},
	{"status.client", []string{"mac", "ip", "name", "vlanId", "lease", "essid", "signal", "speed"}, "personal: clients are only counted"},
	{"status.port", []string{"autoSpeed", "asLan"}, "settings, which change with the configuration only"},
	{"status.port.lan", []string{"autoSpeed"}, "a setting, which changes with the configuration only"},
	{"status.port.wan", []string{"autoSpeed", "asLan"}, "settings, which change with the configuration only"},
	{"info.location", []string{"heading", "speed", "hdop", "pdop", "vdop"}, "personal, and of no use for how the router fares"},
	{"config.ssid.profile", []string{"key"}, "the keys of people's networks, which routers send in clear text"},
	{"config.ssid.profile", []string{"fastTransition"}, "a setting that is not told for all networks"},
	{"cmd.wifi.result", []string{"ssid", "bssid", "securityPolicy", "message"}, "the names and addresses of people's networks; the list of the WANs tells those in use"},

	{"cmd.wifi.scan", []string{"all of it"}, "to ask for it disturbs the radios"},
	{"auth.client, auth.client.token", []string{"all of it"}, "secrets, and for administrators only"},
}
