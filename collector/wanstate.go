package collector

import (
	"slices"
	"strings"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// wanStates are the states of a WAN.
var wanStates = []string{
	"disabled", "scheduled_off", "as_lan", "locked", "up", "no_device",
	"no_cable", "standby", "connecting", "down", "unknown",
}

// troubles are what a WAN without an LED says when it is down.
var troubles = []string{"no service", "no signal", "disconnected", "health check", "failed", "error"}

// WANState works out the state of a WAN. Routers have no field for it: it has to be read
// off the LED and, where the LED does not tell, the message for people (field notes,
// status.wan.connection). The first case that holds counts.
func WANState(w *peplink.WAN) (string, bool) {
	led, hasLED := w.StatusLED.Value()
	led = strings.ToLower(led)
	message, hasMessage := w.Message.Value()
	message = strings.ToLower(message)
	begins := func(words string) bool { return strings.HasPrefix(message, words) }
	says := func(words string) bool { return strings.Contains(message, words) }
	switch {
	case w.Enable.False():
		return "disabled", true
	case w.ScheduledOff.True():
		return "scheduled_off", true
	case w.AsLAN.True():
		return "as_lan", true
	case !hasLED && !hasMessage:
		return "", false
	case w.Locked.True() && led != "green":
		return "locked", true
	case led == "green", (led == "yellow" || led == "flash" || !hasLED) && begins("connected"):
		return "up", true
	case led == "empty", begins("no device"):
		return "no_device", true
	case begins("no cable"):
		return "no_cable", true
	case led == "yellow" && says("standby"):
		return "standby", true
	case led == "yellow", led == "flash":
		return "connecting", true
	case led == "red", led == "gray", !hasLED && slices.ContainsFunc(troubles, says):
		return "down", true
	}
	return "unknown", true
}
