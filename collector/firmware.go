package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var firmwareTables = []documented{&firmwareTable}

// CollectFirmwares adds the firmware in each slot.
func CollectFirmwares(firmwares *peplink.Firmwares, _ *View, into *Families) {
	entries := firmwares.Entries()
	for i := range entries {
		firmwareTable.collect(&firmware{Firmware: &entries[i].Value, slot: entries[i].ID}, into)
	}
}

// firmware is what a slot holds, as the table sees it.
type firmware struct {
	*peplink.Firmware
	slot string
}

func (f *firmware) labels() []string { return []string{f.slot} }

var firmwareTable = newTable([]string{"slot"}, (*firmware).labels,
	info("peplink_firmware_info", "Version of the firmware in the slot.", "<slot>.version", []string{"version"},
		func(f *firmware) ([]string, bool) { return anyOf(f.Version.String()) }),
	flag("peplink_firmware_in_use", "Whether the router runs the firmware in the slot.", "<slot>.inUse",
		func(f *firmware) peplink.Bool { return f.InUse }),
	flag("peplink_firmware_bootable", "Whether the router can start the firmware in the slot.", "<slot>.bootable",
		func(f *firmware) peplink.Bool { return f.Bootable }),
)
