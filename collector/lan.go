package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var lanTables = []documented{&lanTable}

// CollectLANs adds the networks behind the router.
func CollectLANs(lans *peplink.LANs, view *View, into *Families) {
	entries := lans.Entries()
	for i := range entries {
		lanTable.collect(&lan{LAN: &entries[i].Value, id: entries[i].ID, expose: &view.Expose}, into)
	}
}

// lan is a network behind the router, as the table sees it.
type lan struct {
	*peplink.LAN
	id     string
	expose *Expose
}

func (l *lan) labels() []string { return []string{l.id, l.Name.String()} }

var lanTable = newTable([]string{"lan_id", "lan"}, (*lan).labels,
	info("peplink_lan_info", "A network behind the router. ip and mask are filled only with `expose: addresses`.", "<id>.vlanId, ip, mask",
		[]string{"vlan_id", "ip", "mask"},
		func(l *lan) ([]string, bool) {
			return []string{l.VLANID.String(), onlyIf(l.expose.Addresses, l.IP), onlyIf(l.expose.Addresses, l.Mask)}, true
		}),
)
