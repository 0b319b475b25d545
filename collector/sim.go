package collector

import (
	"regexp"
	"slices"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// sim is a SIM of a modem as the tables see it.
type sim struct {
	*peplink.SIM
	modem *modem
	name  string
	// borrowed SIMs are not in a slot of this router; they exist while they are named.
	borrowed bool
}

// sims lists the slots by their number, then what stands in for one.
func (m *modem) sims() []sim {
	var sims []sim
	slots := m.SIMs.Entries()
	for i := range slots {
		sims = append(sims, sim{SIM: &slots[i].Value, modem: m, name: slots[i].ID})
	}
	if remote, ok := m.RemoteSIM.Value(); ok {
		card := *remote
		card.IMSI = peplink.Text{} // of a card that is not in this router, and shown by none
		sims = append(sims, sim{SIM: &card, modem: m, name: "remote", borrowed: true})
	}
	if connect, ok := m.SpeedFusionConnect.Value(); ok {
		sims = append(sims, sim{SIM: connect, modem: m, name: "speedfusion_connect", borrowed: true})
	}
	others := m.OtherSlots()
	for i := range others {
		sims = append(sims, sim{SIM: &others[i].Value, modem: m, name: simName(others[i].ID)})
	}
	return sims
}

// simName is the name of a SIM in all families, by its key in an answer.
func simName(key string) string {
	switch {
	case key == "remoteSim":
		return "remote"
	case key == "speedfusionConnect5gLte":
		return "speedfusion_connect"
	case !peplink.IsOtherSlot(key):
		return key
	}
	return stateWord(capital.ReplaceAllString(key, "_$0"))
}

var capital = regexp.MustCompile(`\B[A-Z]`)

func (s *sim) labels() []string { return append(s.modem.labels(), s.name) }

// detected reads today's field and the words of older firmware (API document, SIM_Obj).
func (s *sim) detected() (float64, bool) {
	if s.borrowed {
		return 1, true
	}
	if detected, ok := s.CardDetected.Value(); ok {
		return oneIf(detected), true
	}
	status, ok := s.Status.Value()
	return oneIf(status != "No SIM Card Detected"), ok
}

// active reads today's field and the words of older firmware (API document, SIM_Obj).
func (s *sim) active() (float64, bool) {
	if active, ok := s.Active.Value(); ok {
		return oneIf(active), true
	}
	status, ok := s.Status.Value()
	return oneIf(status == "In Use"), ok
}

var simTable = newTable(slices.Concat(wanLabels, []string{"sim"}), (*sim).labels,
	gauge("peplink_sim_detected", "Whether there is a card in the slot.", "cellular.sim.<slot>.simCardDetected or status; remoteSim, speedfusionConnect5gLte, fusionSim, eSim1, …", (*sim).detected),
	gauge("peplink_sim_active", "Whether the modem uses this SIM.", "cellular.sim.<slot>.active or status; remoteSim, speedfusionConnect5gLte, fusionSim, eSim1, …", (*sim).active),
	info("peplink_sim_info", "The SIM's access point name and, only with `expose: subscriber`, its numbers.",
		"cellular.sim.<slot>.apn, autoApn, iccid, imsi, mtn",
		[]string{"apn", "auto_apn", "iccid", "imsi", "mtn"},
		func(s *sim) ([]string, bool) {
			exposed := s.modem.wan.expose.Subscriber
			return []string{s.APN.String(), boolLabel(s.AutoAPN), onlyIf(exposed, s.ICCID), onlyIf(exposed, s.IMSI), onlyIf(exposed, s.MTN)}, true
		}),
)
