package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var portTables = []documented{&portTable}

// CollectPorts adds the router's Ethernet ports.
func CollectPorts(ports *peplink.Ports, _ *View, into *Families) {
	collectPorts("lan", &ports.LAN, into)
	collectPorts("wan", &ports.WAN, into)
}

func collectPorts(kind string, ports *peplink.PortList, into *Families) {
	entries := ports.Entries()
	for i := range entries {
		portTable.collect(&port{Port: &entries[i].Value, kind: kind, id: entries[i].ID}, into)
	}
}

// port is an Ethernet port, as the table sees it.
type port struct {
	*peplink.Port
	kind, id string
}

func (p *port) labels() []string { return []string{p.kind, p.id, p.Name.String()} }

var portTable = newTable([]string{"kind", "port_id", "port"}, (*port).labels,
	flag("peplink_port_link_up", "Whether something is connected to the port.", "<kind>.<id>.linkUp",
		func(p *port) peplink.Bool { return p.LinkUp }),
	flag("peplink_port_enabled", "Whether the port is switched on in the configuration.", "<kind>.<id>.enable",
		func(p *port) peplink.Bool { return p.Enable }),
	gauge("peplink_port_speed_bits_per_second", "Speed of the port.", "<kind>.<id>.speed",
		func(p *port) (float64, bool) { return p.Speed.BitsPerSecond() }),
	gauge("peplink_port_full_duplex", "Whether the port sends and receives at once.", "<kind>.<id>.speed",
		func(p *port) (float64, bool) {
			full, ok := p.Speed.FullDuplex()
			return oneIf(full), ok
		}),
)
