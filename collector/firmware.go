package collector

import (
	"context"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var firmwareTables = []described{firmwareTable}

func readFirmwares(ctx context.Context, a *asking) (reading, error) {
	answer, err := ask(ctx, a, "firmware", a.firmwares, a.client.Firmwares)
	return asReading(answer, err, func(firmwares peplink.Firmwares, _ view, into *sink) {
		for _, entry := range firmwares.Entries() {
			firmwareTable.collect(firmware{Firmware: entry.Value, slot: entry.ID}, into)
		}
	})
}

// firmware is what a slot holds, as the table sees it.
type firmware struct {
	peplink.Firmware
	slot string
}

func (f firmware) labels() []string { return []string{f.slot} }

var firmwareTable = newTable([]string{"slot"}, firmware.labels,
	info("peplink_firmware_info", "Version of the firmware in the slot.", "<slot>.version", []string{"version"},
		func(f firmware) ([]string, bool) { return anyOf(f.Version.String()) }),
	flag("peplink_firmware_in_use", "Whether the router runs the firmware in the slot.", "<slot>.inUse",
		func(f firmware) peplink.Bool { return f.InUse }),
	flag("peplink_firmware_bootable", "Whether the router can start the firmware in the slot.", "<slot>.bootable",
		func(f firmware) peplink.Bool { return f.Bootable }),
)
