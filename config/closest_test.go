package config_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/config"
)

func TestClosest(t *testing.T) {
	known := []string{"wan", "lan", "firmware", "pepvpn", "pepvpn_link"}
	for name, want := range map[string]string{
		"wann":        "wan",
		"WAN":         "wan",
		"an":          "wan",
		"firmwar":     "firmware",
		"frimware":    "firmware",
		"pepvpn-link": "pepvpn_link",
		"weather":     "",
		"x":           "",
		"":            "",
	} {
		if got := config.Closest(name, known); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got := config.Closest("wan", nil); got != "" {
		t.Errorf("got %q out of nothing", got)
	}
}
