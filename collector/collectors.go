package collector

import (
	"slices"
	"time"
)

// definition is one collector.
type definition struct {
	name     string // public
	endpoint string // of the API
	off      bool   // by default
	open     bool   // the router answers without a session, so an answer does not prove one
	wans     bool   // its samples bear the names of WANs
	tables   []documented
}

// collectors lists all collectors, in the order in which a poll asks for what they need.
var collectors = []definition{
	{name: "wan", wans: true, endpoint: "status.wan.connection", tables: wanTables},
	{name: "allowance", wans: true, endpoint: "status.wan.connection.allowance", tables: allowanceTables},
	{name: "pepvpn", endpoint: "status.pepvpn", tables: pepvpnTables},
	{name: "pepvpn_link", wans: true, endpoint: "status.pepvpn", tables: linkTables},
	{name: "traffic", wans: true, endpoint: "status.traffic", tables: trafficTables},
	{name: "firmware", endpoint: "info.firmware", tables: firmwareTables, open: true},
	{name: "system", endpoint: "status.system.info", tables: systemTables},
	{name: "lan", endpoint: "status.lan.profile", tables: lanTables, off: true},
	{name: "latency", wans: true, endpoint: "status.wan.latency", tables: latencyTables, off: true},
	{name: "clients", endpoint: "status.client", tables: clientTables, off: true},
	{name: "port", endpoint: "status.port", tables: portTables, off: true},
	{name: "location", endpoint: "info.location", tables: locationTables, off: true},
	{name: "ap", endpoint: "cmd.ap", tables: apTables, off: true},
	{name: "ssid", endpoint: "config.ssid.profile", tables: ssidTables, off: true},
	{name: "sim", wans: true, endpoint: "cmd.wan.cellular", tables: simSlotTables, off: true},
	{name: "wifi", wans: true, endpoint: "cmd.wifi.result", tables: wifiTables, off: true},
	{name: "pepvpn_remote", wans: true, endpoint: "status.pepvpn", tables: remoteLinkTables, off: true},
}

// View is what samples depend on beside the answer.
type View struct {
	Expose   Expose
	TimeZone *time.Location      // of allowance cycles
	Now      time.Time           // when the poll began, by the exporter's clock
	WANs     map[string]KnownWAN // by connection id; what was read last
}

// Expose says which personal data a target shows in labels.
type Expose struct {
	Addresses  bool // IP, MAC and access point addresses
	Subscriber bool // numbers of SIMs and modems, names of users
	Location   bool // where the router is, and the cell that a modem is connected to
}

// Names lists all collectors, in the order in which a poll asks for what they need.
func Names() []string {
	names := make([]string, 0, len(collectors))
	for _, collector := range collectors {
		names = append(names, collector.name)
	}
	return names
}

// DefaultNames lists the collectors that are on where a target names none.
func DefaultNames() []string {
	var names []string
	for _, collector := range collectors {
		if !collector.off {
			names = append(names, collector.name)
		}
	}
	return names
}

// IsOpen reports whether a router answers a collector's endpoint to anybody.
func IsOpen(name string) bool {
	return slices.ContainsFunc(collectors, func(c definition) bool { return c.name == name && c.open })
}

// NamesWANs reports whether a collector's samples bear the names of WANs.
func NamesWANs(name string) bool {
	return slices.ContainsFunc(collectors, func(c definition) bool { return c.name == name && c.wans })
}

// Section is the metrics of one collector, or of every poll, for METRICS.md.
type Section struct {
	Collector string // "" for the poll itself
	Endpoint  string // of the API
	OnDefault bool
	Metrics   []Document
}

// Sections lists every metric of a probe, as the tables have them.
func Sections() []Section {
	sections := []Section{{Metrics: slices.Concat(scrapeTable.document(), outcomeTable.document())}}
	for _, collector := range collectors {
		section := Section{Collector: collector.name, Endpoint: collector.endpoint, OnDefault: !collector.off}
		for _, table := range collector.tables {
			section.Metrics = append(section.Metrics, table.document()...)
		}
		sections = append(sections, section)
	}
	return sections
}
