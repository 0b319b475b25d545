package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var trafficTables = []documented{&rateTable, &volumeTable, &lifetimeTable}

// CollectTraffic adds how much the WANs carry, and how much the router has carried.
func CollectTraffic(traffic *peplink.Traffic, view *View, into *Families) {
	collectTraffic(&traffic.Rates, view, &rateTable, into)
	collectTraffic(&traffic.Volumes, view, &volumeTable, into)
	entries := traffic.Lifetime.Entries()
	for i := range entries {
		if entries[i].ID == peplink.TrafficOfAll {
			lifetimeTable.collect(newWANTraffic(&entries[i], traffic.Lifetime.Beside().Unit, view), into)
		}
	}
}

// collectTraffic adds what a section tells of each WAN.
func collectTraffic[U unit](
	section *peplink.Keyed[peplink.TrafficOf, peplink.TrafficFacts[U]], view *View, table *table[wanTraffic], into *Families,
) {
	entries := section.Entries()
	for i := range entries {
		if entries[i].ID != peplink.TrafficOfAll {
			table.collect(newWANTraffic(&entries[i], section.Beside().Unit, view), into)
		}
	}
}

// unit is that of a section: of bytes, or of bytes per second.
type unit interface{ Bytes() (float64, bool) }

// wanTraffic is the traffic of a WAN, or of all together, as the tables see it.
type wanTraffic struct {
	*peplink.Overall
	wanID, wan string
	unit       unit
}

func newWANTraffic(entry *peplink.Entry[peplink.TrafficOf], unit unit, view *View) *wanTraffic {
	return &wanTraffic{Overall: entry.Value.Overall.OrZero(), wanID: entry.ID, wan: view.WANs[entry.ID].Name, unit: unit}
}

func (t *wanTraffic) labels() []string { return []string{t.wanID, t.wan} }

func (t *wanTraffic) received() (float64, bool) { return inBytes(t.Download, t.unit) }
func (t *wanTraffic) sent() (float64, bool)     { return inBytes(t.Upload, t.unit) }

func inBytes(amount peplink.Amount, unit unit) (float64, bool) {
	value, ok := amount.Value()
	size, known := unit.Bytes()
	return value * size, ok && known
}

var rateTable = newTable(wanLabels, (*wanTraffic).labels,
	gauge("peplink_wan_receive_bytes_per_second", "How fast the WAN receives.", "bandwidth.<id>.overall.download, unit", (*wanTraffic).received),
	gauge("peplink_wan_transmit_bytes_per_second", "How fast the WAN sends.", "bandwidth.<id>.overall.upload, unit", (*wanTraffic).sent),
)

var volumeTable = newTable(wanLabels, (*wanTraffic).labels,
	gauge("peplink_wan_traffic_receive_bytes", "What the WAN has received, in steps of a MB. When the router starts anew is not known.", "traffic.<id>.overall.download, unit", (*wanTraffic).received),
	gauge("peplink_wan_traffic_transmit_bytes", "What the WAN has sent, in steps of a MB. When the router starts anew is not known.", "traffic.<id>.overall.upload, unit", (*wanTraffic).sent),
)

var lifetimeTable = newTable(nil, nil,
	counter("peplink_device_receive_bytes_total", "What the router has received in its life, in steps of a MB.", "lifetime.all.overall.download, unit", (*wanTraffic).received),
	counter("peplink_device_transmit_bytes_total", "What the router has sent in its life, in steps of a MB.", "lifetime.all.overall.upload, unit", (*wanTraffic).sent),
)
