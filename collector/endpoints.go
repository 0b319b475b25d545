package collector

import (
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// definitions lists all collectors, in the order in which a poll asks them.
var definitions = []*definition{
	{name: "wan", bearsWAN: true, endpoint: "status.wan.connection", read: readWANs, tables: wanTables},
	{name: "allowance", bearsWAN: true, endpoint: "status.wan.connection.allowance", read: readAllowances, tables: allowanceTables},
	{name: "pepvpn", endpoint: "status.pepvpn", read: readPepVPN, tables: pepvpnTables},
	{name: "pepvpn_link", bearsWAN: true, endpoint: "status.pepvpn", read: readLinks, tables: linkTables},
	{name: "firmware", endpoint: "info.firmware", read: readFirmwares, tables: firmwareTables, open: true},
	{name: "system", endpoint: "status.system.info", read: readSystem, tables: systemTables},
	{name: "lan", endpoint: "status.lan.profile", read: readLANs, tables: lanTables, off: true},
}

// calls are the calls that can be made of one router, each shared by its polls.
type calls struct {
	wans       *cell[peplink.WANConnections]
	allowances *cell[peplink.Allowances]
	pepvpn     *cell[peplink.PepVPN]
	tunnels    *cell[peplink.Tunnels]
	firmwares  *cell[peplink.Firmwares]
	system     *cell[peplink.SystemInfo]
	lans       *cell[peplink.LANs]
}

func newCalls(refusals *memory) *calls {
	return &calls{
		wans:       newCell[peplink.WANConnections]("status.wan.connection", refusals),
		allowances: newCell[peplink.Allowances]("status.wan.connection.allowance", refusals),
		pepvpn:     newCell[peplink.PepVPN]("status.pepvpn", refusals),
		tunnels:    newCell[peplink.Tunnels]("status.pepvpn tunnel", refusals),
		firmwares:  newCell[peplink.Firmwares]("info.firmware", refusals),
		system:     newCell[peplink.SystemInfo]("status.system.info", refusals),
		lans:       newCell[peplink.LANs]("status.lan.profile", refusals),
	}
}
