package collector

import (
	"cmp"
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var wanTables = []described{clockTable, wanTable, modemTable, bandTable, simTable}

// wanConnections asks for the WANs, which several collectors need.
func (a *asking) wanConnections(ctx context.Context) (answer[peplink.WANConnections], error) {
	return a.wansOnce.get(func() (answer[peplink.WANConnections], error) {
		return ask(ctx, a, "wan", a.wans, a.client.WANConnections)
	})
}

func readWANs(ctx context.Context, a *asking) (reading, error) {
	answer, err := a.wanConnections(ctx)
	return asReading(answer, err, collectWANs)
}

// wanNames returns the names of the WANs by connection id; nil where this poll has not
// read them.
func (a *asking) wanNames() map[string]string {
	if a.wansOnce.answer.Answer == nil {
		return nil
	}
	names := map[string]string{}
	for _, entry := range a.wansOnce.answer.Value.Entries() {
		names[entry.ID] = entry.Value.Name.String()
	}
	return names
}

func collectWANs(wans peplink.WANConnections, view view, into *sink) {
	clockTable.collect(wans.Beside(), into)
	for _, entry := range wans.Entries() {
		wan := wan{WAN: entry.Value, id: entry.ID, settings: view.Settings}
		wanTable.collect(wan, into)
		modem := modem{Modem: wan.Modem(), wan: wan}
		modemTable.collect(modem, into)
		for _, band := range modem.bands() {
			bandTable.collect(band, into)
		}
		for _, sim := range modem.sims() {
			simTable.collect(sim, into)
		}
	}
}

// wan is a WAN as the tables see it.
type wan struct {
	peplink.WAN
	id       string
	settings Settings
}

var wanLabels = []string{"wan_id", "wan"}

func (w wan) labels() []string { return []string{w.id, w.Name.String()} }

func (w wan) isUp() bool {
	state, _ := wanState(w.WAN)
	return state == "up"
}

func (w wan) isWiFi() bool {
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

var clockTable = newTable(nil, unlabelled[peplink.WANFacts],
	number("peplink_device_time_seconds", "The router's clock, unix time.", "timestamp",
		func(f peplink.WANFacts) peplink.Number { return f.Timestamp }),
)

var wanTable = newTable(wanLabels, wan.labels,
	info("peplink_wan_info", "What kind of WAN this is, and how it is set up.", "type, virtualType, method, routingMode, groupSet",
		[]string{"type", "virtual_type", "method", "routing_mode", "group_set"},
		func(w wan) ([]string, bool) {
			return []string{wanType(w.Type), wanType(w.VirtualType), w.Method.String(), cmp.Or(w.RoutingMode.String(), w.Mode.String()), w.GroupSet.String()}, true
		}),
	info("peplink_wan_status_info", "The colour of the WAN's LED, and the router's message with digits as # and addresses hidden.", "statusLed, message",
		[]string{"led", "message"},
		func(w wan) ([]string, bool) {
			message := redactMessage(w.Message.String(), w.isWiFi(), w.settings.Expose.Addresses)
			return anyOf(w.StatusLED.String(), message)
		}),
	states("peplink_wan_state", "State of the WAN.", "enable, scheduledOff, asLan, locked, statusLed, message", wanStates,
		func(w wan) (string, bool) { return wanState(w.WAN) }),
	gauge("peplink_wan_up", "Whether the WAN is in state up.", "enable, scheduledOff, asLan, locked, statusLed, message",
		func(w wan) (float64, bool) {
			_, ok := wanState(w.WAN)
			return oneIf(w.isUp()), ok
		}),
	flag("peplink_wan_enabled", "Whether the WAN is switched on in the configuration.", "enable",
		func(w wan) peplink.Bool { return w.Enable }),
	flag("peplink_wan_locked", "Whether the WAN is locked.", "locked",
		func(w wan) peplink.Bool { return w.Locked }),
	flag("peplink_wan_as_lan", "Whether the WAN's port serves the LAN.", "asLan",
		func(w wan) peplink.Bool { return w.AsLAN }),
	flag("peplink_wan_management_only", "Whether the WAN serves only the management of the router.", "managementOnly",
		func(w wan) peplink.Bool { return w.ManagementOnly }),
	number("peplink_wan_priority", "Priority of the WAN; the lowest number is used first. Absent for a disabled WAN.", "priority",
		func(w wan) peplink.Number { return w.Priority }),
	gauge("peplink_wan_uptime_seconds", "How long the WAN has been up. Absent while it is not.", "uptime",
		func(w wan) (float64, bool) {
			uptime, ok := w.Uptime.Value()
			return uptime, ok && w.isUp()
		}),
	number("peplink_wan_mtu_bytes", "Maximum transmission unit of the WAN.", "mtu",
		func(w wan) peplink.Number { return w.MTU }),
	number("peplink_wan_mss_bytes", "Maximum TCP segment size of the WAN.", "mss",
		func(w wan) peplink.Number { return w.MSS }),
	gauge("peplink_wan_dns_servers", "How many DNS servers the WAN has.", "dns",
		func(w wan) (float64, bool) { return length(w.DNS) }),
	gauge("peplink_wan_additional_addresses", "How many additional IP addresses the WAN has.", "additionalIp",
		func(w wan) (float64, bool) { return length(w.AdditionalIP) }),
	info("peplink_wan_address_info", "Addresses of the WAN. Only with `expose: addresses`.", "ip, mask, gateway, mac",
		[]string{"ip", "mask", "gateway", "mac"},
		func(w wan) ([]string, bool) {
			return personal(w.settings.Expose.Addresses, w.IP, w.Mask, w.Gateway, w.MAC)
		}),
	gauge("peplink_wifi_signal_dbm", "Strength of the access point's signal at a Wi-Fi WAN.", "wifi.signal.strength",
		func(w wan) (float64, bool) {
			// A Wi-Fi WAN that is not connected reports 0.
			strength, ok := w.WiFi().Signal.OrZero().Strength.Value()
			return strength, ok && strength < 0
		}),
	info("peplink_wifi_info", "The network that a Wi-Fi WAN is connected to. bssid is filled only with `expose: addresses`.", "wifi.ssid, wifi.bssid",
		[]string{"ssid", "bssid"},
		func(w wan) ([]string, bool) {
			wifi := w.WiFi()
			return anyOf(wifi.SSID.String(), onlyIf(w.settings.Expose.Addresses, wifi.BSSID))
		}),
)

func length(list peplink.List[peplink.Text]) (float64, bool) {
	items, ok := list.Value()
	return float64(len(items)), ok
}
