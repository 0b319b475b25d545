package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var apTables = []documented{&apTable}

// CollectAccessPoint adds how the router's own access point is set.
func CollectAccessPoint(ap *peplink.AccessPoint, _ *View, into *Families) { apTable.collect(ap, into) }

var apTable = newTable(nil, nil,
	flag("peplink_ap_supported", "Whether the router has an access point.", "support",
		func(a *peplink.AccessPoint) peplink.Bool { return a.Supported }),
	flag("peplink_ap_enabled", "Whether the access point is switched on.", "enable",
		func(a *peplink.AccessPoint) peplink.Bool { return a.Enabled }),
	flag("peplink_ap_wan_dependent", "Whether the access point is switched off while there is no Internet connection.", "wanDependent",
		func(a *peplink.AccessPoint) peplink.Bool { return a.WANDependent }),
)
