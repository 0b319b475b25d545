package collector

import (
	"cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var wanTables = []documented{&routerTable, &wanTable, &modemTable, &bandTable, &simTable}

// CollectWANs adds the WANs of a router, with their modems, bands and SIMs.
func CollectWANs(wans *peplink.WANConnections, view *View, into *Families) {
	routerTable.collect(wans, into)
	entries := wans.Entries()
	for i := range entries {
		wan := newWAN(&entries[i], view)
		if !wanTable.collect(wan, into) {
			continue
		}
		modem := &modem{Modem: wan.Modem(), wan: wan}
		modemTable.collect(modem, into)
		for _, band := range modem.bands() {
			bandTable.collect(&band, into)
		}
		for _, sim := range modem.sims() {
			simTable.collect(&sim, into)
		}
	}
}

// wan is a WAN as the tables see it.
type wan struct {
	*peplink.WAN
	id       string
	state    string
	hasState bool
	wifi     peplink.WiFi
	expose   *Expose
}

func newWAN(entry *peplink.Entry[peplink.WAN], view *View) *wan {
	w := &wan{WAN: &entry.Value, id: entry.ID, wifi: entry.Value.WiFi(), expose: &view.Expose}
	w.state, w.hasState = WANState(w.WAN)
	return w
}

var wanLabels = []string{"wan_id", "wan"}

func (w *wan) labels() []string { return []string{w.id, w.Name.String()} }

func (w *wan) isUp() bool { return w.state == "up" }

func (w *wan) isWiFi() bool {
	_, hasDetails := w.WiFiObject.Value()
	return hasDetails || wanType(w.Type) == "wifi"
}

// wanType gives the types that firmware spells in two ways one name.
func wanType(t peplink.Text) string {
	switch text := t.String(); text {
	case "gobi":
		return "cellular"
	case "wireless":
		return "wifi"
	default:
		return text
	}
}

var routerTable = newTable(nil, nil,
	gauge("peplink_wans", "How many WANs the router lists.", "the ids",
		func(w *peplink.WANConnections) (float64, bool) { return float64(len(w.Entries())), true }),
	number("peplink_device_time_seconds", "The router's clock, unix time.", "timestamp",
		func(w *peplink.WANConnections) peplink.Number { return w.Beside().Timestamp }),
)

var wanTable = newTable(wanLabels, (*wan).labels,
	info("peplink_wan_info", "What kind of WAN this is, and how it is set up.", "type, virtualType, method, routingMode, groupSet",
		[]string{"type", "virtual_type", "method", "routing_mode", "group_set"},
		func(w *wan) ([]string, bool) {
			return []string{wanType(w.Type), wanType(w.VirtualType), w.Method.String(), cmp.Or(w.RoutingMode.String(), w.Mode.String()), w.GroupSet.String()}, true
		}),
	info("peplink_wan_status_info", "The colour of the WAN's LED, and the router's message with digits as # and addresses hidden.", "statusLed, message",
		[]string{"led", "message"},
		func(w *wan) ([]string, bool) {
			message := redactMessage(w.Message.String(), w.Modem().Carrier.Name.String(), w.isWiFi(), w.expose.Addresses)
			return anyOf(w.StatusLED.String(), message)
		}),
	states("peplink_wan_state", "State of the WAN.", "enable, scheduledOff, asLan, locked, statusLed, message", wanStates,
		func(w *wan) (string, bool) { return w.state, w.hasState }),
	gauge("peplink_wan_up", "Whether the WAN is in state up.", "enable, scheduledOff, asLan, locked, statusLed, message",
		func(w *wan) (float64, bool) { return oneIf(w.isUp()), w.hasState }),
	flag("peplink_wan_enabled", "Whether the WAN is switched on in the configuration.", "enable",
		func(w *wan) peplink.Bool { return w.Enable }),
	flag("peplink_wan_locked", "Whether the WAN is locked.", "locked",
		func(w *wan) peplink.Bool { return w.Locked }),
	flag("peplink_wan_as_lan", "Whether the WAN's port serves the LAN.", "asLan",
		func(w *wan) peplink.Bool { return w.AsLAN }),
	flag("peplink_wan_management_only", "Whether the WAN serves only the management of the router.", "managementOnly",
		func(w *wan) peplink.Bool { return w.ManagementOnly }),
	flag("peplink_wan_synergy", "Whether this is a WAN of another router, which this one controls.", "synergy",
		func(w *wan) peplink.Bool { return w.Synergy }),
	flag("peplink_wan_synergy_link", "Whether this is the way to another router, which this one controls.", "synergyLink",
		func(w *wan) peplink.Bool { return w.SynergyLink }),
	number("peplink_wan_priority", "Priority of the WAN; the lowest number is used first. Absent for a disabled WAN.", "priority",
		func(w *wan) peplink.Number { return w.Priority }),
	gauge("peplink_wan_uptime_seconds", "How long the WAN has been up. Absent while it is not.", "uptime",
		func(w *wan) (float64, bool) {
			uptime, ok := w.Uptime.Value()
			return uptime, ok && w.isUp()
		}),
	number("peplink_wan_mtu_bytes", "Maximum transmission unit of the WAN.", "mtu",
		func(w *wan) peplink.Number { return w.MTU }),
	number("peplink_wan_mss_bytes", "Maximum TCP segment size of the WAN.", "mss",
		func(w *wan) peplink.Number { return w.MSS }),
	gauge("peplink_wan_dns_servers", "How many DNS servers the WAN has.", "dns",
		func(w *wan) (float64, bool) { return length(&w.DNS) }),
	gauge("peplink_wan_additional_addresses", "How many additional IP addresses the WAN has.", "additionalIp",
		func(w *wan) (float64, bool) { return length(&w.AdditionalIP) }),
	info("peplink_wan_address_info", "Addresses of the WAN. Only with `expose: addresses`.", "ip, mask, gateway, mac",
		[]string{"ip", "mask", "gateway", "mac"},
		func(w *wan) ([]string, bool) {
			return personal(w.expose.Addresses, w.IP, w.Mask, w.Gateway, w.MAC)
		}),
	gauge("peplink_wifi_signal_dbm", "Strength of the access point's signal at a Wi-Fi WAN.", "wifi.signal.strength",
		func(w *wan) (float64, bool) {
			// A Wi-Fi WAN that is not connected reports 0.
			strength, ok := w.wifi.Signal.OrZero().Strength.Value()
			return strength, ok && strength < 0
		}),
	info("peplink_wifi_info", "The network that a Wi-Fi WAN is connected to. bssid is filled only with `expose: addresses`.", "wifi.ssid, wifi.bssid",
		[]string{"ssid", "bssid"},
		func(w *wan) ([]string, bool) {
			return anyOf(w.wifi.SSID.String(), onlyIf(w.expose.Addresses, w.wifi.BSSID))
		}),
)

func length(list *peplink.List[peplink.Text]) (float64, bool) {
	items, ok := list.Value()
	return float64(len(items)), ok
}
