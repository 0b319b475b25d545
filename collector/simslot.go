package collector

import (
	"slices"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var simSlotTables = []documented{&simSlotTable}

// CollectSIMSlots adds which SIMs the modems may use.
func CollectSIMSlots(answer *peplink.SIMSlots, view *View, into *Families) {
	entries := answer.Entries()
	for i := range entries {
		settings, wan := &entries[i].Value, view.WANs[entries[i].ID]
		// What is not enabled is not listed.
		slots := slices.Clone(wan.Slots)
		for _, enabled := range slices.Concat(settings.Enabled.Items(), []peplink.Text{settings.Preferred}) {
			if slot := enabled.String(); slot != "" && !slices.Contains(slots, slot) {
				slots = append(slots, slot)
			}
		}
		for _, slot := range slots {
			simSlotTable.collect(&simSlot{SIMSettings: settings, wanID: entries[i].ID, wan: wan.Name, slot: slot}, into)
		}
	}
}

// simSlot is a slot of a modem, as the table sees it.
type simSlot struct {
	*peplink.SIMSettings
	wanID, wan, slot string
}

func (s *simSlot) labels() []string { return []string{s.wanID, s.wan, s.slot} }

func (s *simSlot) enabled() (float64, bool) {
	slots, ok := s.Enabled.Value()
	return oneIf(slices.ContainsFunc(slots, func(t peplink.Text) bool { return t.String() == s.slot })), ok
}

var simSlotTable = newTable(slices.Concat(wanLabels, []string{"sim"}), (*simSlot).labels,
	gauge("peplink_sim_slot_enabled", "Whether the modem may use the SIM in the slot.", "enabledSim", (*simSlot).enabled),
	gauge("peplink_sim_slot_preferred", "Whether the modem prefers the SIM in the slot. Absent where it prefers none.", "preferredSim",
		func(s *simSlot) (float64, bool) {
			preferred, ok := s.Preferred.Value()
			return oneIf(preferred == s.slot), ok
		}),
)
