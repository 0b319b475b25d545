package collector_test

import (
	"encoding/json"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// Digits of a message are hidden, for they count; not those of the carrier's name.
func TestMessagesThatNameTheCarrier(t *testing.T) {
	for _, test := range []struct{ carrier, message, want string }{
		{"O2", "Connected to O2", "Connected to O2"},
		{"O2", "connected to o2 - DE (27 s)", "connected to o2 - DE (# s)"},
		{"3", "Connected to 3", "Connected to 3"},
		{"3", "Connecting to 3 (3 s)", "Connecting to # (# s)"},
		{"3", "Health check failed, retry in 3 s", "Health check failed, retry in # s"},
		{"26202", "Connected to 26202", "Connected to 26202"},
		{"O2", "O24 is not O2", "O# is not O2"},
		{"Carrier 1", "Connected to Carrier 1 in 12 s", "Connected to Carrier 1 in # s"},
		{"Carrier 1", "Connected to Carrier 2", "Connected to Carrier #"},
		{"", "Connected to O2", "Connected to O#"},
		{"192.0.2.7", "Connected to 192.0.2.7", "Connected to <address>"},
	} {
		t.Run(test.carrier+": "+test.message, func(t *testing.T) {
			object, err := json.Marshal(map[string]any{
				"name": "m", "type": "cellular", "message": test.message, "cellular": map[string]any{"carrier": map[string]string{"name": test.carrier}},
			})
			if err != nil {
				t.Fatal(err)
			}
			wantSamples(t, wanSamples(t, `{"1":`+string(object)+`}`, &collector.View{}, "wan_status_info"),
				`wan_status_info{led="",message="`+test.want+`",wan="m",wan_id="1"} 1`)
		})
	}
}
