package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

// KnownWAN is what other collectors need to know of a WAN.
type KnownWAN struct {
	ID, Name string
	Up       bool
	Cellular bool // there is a modem built in
	WiFi     bool
	Slots    []string // for SIMs
}

// KnownWANs tells what other collectors need to know of the WANs.
func KnownWANs(wans *peplink.WANConnections) []KnownWAN {
	entries := wans.Entries()
	known := make([]KnownWAN, len(entries))
	for i := range entries {
		wan := newWAN(&entries[i], &View{})
		known[i] = KnownWAN{
			ID: wan.id, Name: wan.Name.String(),
			Up: wan.isUp(), Cellular: wanType(wan.Type) == "cellular", WiFi: wan.isWiFi(),
		}
		slots := wan.Modem().SIMs.Entries()
		for j := range slots {
			known[i].Slots = append(known[i].Slots, slots[j].ID)
		}
	}
	return known
}
