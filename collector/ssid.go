package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var ssidTables = []documented{&ssidTable}

// CollectSSIDs adds the wireless networks that the router offers.
func CollectSSIDs(ssids *peplink.SSIDs, _ *View, into *Families) {
	entries := ssids.Entries()
	for i := range entries {
		ssidTable.collect(&ssid{SSID: &entries[i].Value, id: entries[i].ID}, into)
	}
}

// ssid is a wireless network, as the table sees it.
type ssid struct {
	*peplink.SSID
	id string
}

func (s *ssid) labels() []string { return []string{s.id, s.Name.String()} }

var ssidTable = newTable([]string{"ssid_id", "ssid"}, (*ssid).labels,
	info("peplink_ssid_info", "A wireless network that the router offers.", "<id>.security.policy, vlanId", []string{"security", "vlan_id"},
		func(s *ssid) ([]string, bool) {
			return []string{s.Security.OrZero().Policy.String(), s.VLANID.String()}, true
		}),
	flag("peplink_ssid_enabled", "Whether the network is switched on.", "<id>.enable",
		func(s *ssid) peplink.Bool { return s.Enable }),
	flag("peplink_ssid_captive_portal", "Whether the network has a captive portal.", "<id>.captivePortal",
		func(s *ssid) peplink.Bool { return s.CaptivePortal }),
	flag("peplink_ssid_broadcast", "Whether the network's name is broadcast.", "<id>.broadcast",
		func(s *ssid) peplink.Bool { return s.Broadcast }),
	flag("peplink_ssid_incontrol_managed", "Whether InControl manages the network.", "<id>.incontrolManaged",
		func(s *ssid) peplink.Bool { return s.InControlManaged }),
)
