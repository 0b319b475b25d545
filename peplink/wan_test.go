package peplink_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const unchanged = "(unchanged)"

// wanOf returns a WAN as the client reads it, when the given value stands at a place in it.
func wanOf(t *testing.T, id, pointer string, value any) (found peplink.WAN, unreadable int) {
	t.Helper()
	b := newBench(t, setup{})
	if value != any(unchanged) {
		ok(t, b.Change(wan, "/"+id+pointer, value))
	}
	answer, err := b.client.WANConnections(t.Context())
	ok(t, err)
	for _, entry := range answer.Value.Entries() {
		if entry.ID == id {
			return entry.Value, answer.Unreadable
		}
	}
	t.Fatalf("no WAN %s", id)
	return found, 0
}

func TestWANs(t *testing.T) {
	b := newBench(t, setup{})
	answer, err := b.client.WANConnections(t.Context())
	ok(t, err)
	got := map[string]string{}
	for _, entry := range answer.Value.Entries() {
		got[entry.ID] = entry.Value.Name.String() + ", " + entry.Value.Type.String()
	}
	want := map[string]string{
		"1": "WAN 1, ethernet", "2": "Cellular 1, cellular", "3": "Cellular 2, cellular", "4": "USB, modem",
		"5": "Wi-Fi WAN on 2.4 GHz, wifi", "6": "Wi-Fi WAN on 5 GHz, wifi", "7": "VLAN WAN 1, wovlan",
	}
	if diff := cmp.Diff(want, got); diff != "" || answer.Unreadable != 0 {
		t.Errorf("WANs, with %d unreadable (-want +got):\n%s", answer.Unreadable, diff)
	}
	if stamp, _ := answer.Value.Beside().Timestamp.Value(); stamp != float64(peplinktest.ReferenceTime().Unix()) {
		t.Errorf("timestamp %.0f, want the router's clock", stamp)
	}
}

// What the router does not say is not zero.
func TestWANSaysNothing(t *testing.T) {
	disabled, _ := wanOf(t, "6", "", unchanged)
	if priority, said := disabled.Priority.Value(); said {
		t.Errorf("a disabled WAN has priority %v", priority)
	}
	if ip, said := disabled.IP.Value(); said {
		t.Errorf("a disabled WAN has address %s", ip)
	}
	if uptime, said := disabled.Uptime.Value(); !said || uptime != 0 {
		t.Errorf("uptime %v, %v, want the 0 that the router says", uptime, said)
	}
	if !disabled.Enable.False() || disabled.ScheduledOff.False() {
		t.Error("enable is not false, or scheduledOff, which is missing, is")
	}
}

func TestCarrier(t *testing.T) {
	for name, test := range map[string]struct {
		value         any
		name, country string
		unreadable    int
	}{
		"object":          {map[string]any{"name": "C", "country": "D"}, "C", "D", 0},
		"without country": {map[string]any{"name": "C"}, "C", "", 0},
		"string":          {"C", "C", "", 0},
		"empty string":    {"", "", "", 0},
		"empty array":     {[]any{}, "", "", 0},
		"null":            {nil, "", "", 0},
		"bool":            {true, "", "", 1},
		"list":            {[]any{"C"}, "", "", 1},
		"name no text":    {map[string]any{"name": true, "country": "D"}, "", "D", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, unreadable := wanOf(t, "2", "/cellular/carrier", test.value)
			carrier := got.Modem().Carrier
			if carrier.Name.String() != test.name || carrier.Country.String() != test.country || unreadable != test.unreadable {
				t.Errorf("carrier %q, country %q, %d unreadable, want %q, %q, %d",
					carrier.Name, carrier.Country, unreadable, test.name, test.country, test.unreadable)
			}
		})
	}
}

func TestModemPlaces(t *testing.T) {
	modem := map[string]any{"imei": "1"}
	for name, value := range map[string]any{
		"cellular":             map[string]any{"cellular": modem},
		"gobi":                 map[string]any{"gobi": modem},
		"modem":                map[string]any{"modem": modem},
		"empty cellular":       map[string]any{"cellular": []any{}, "modem": modem},
		"cellular before gobi": map[string]any{"cellular": modem, "gobi": map[string]any{"imei": "2"}},
	} {
		got, _ := wanOf(t, "2", "", value)
		if imei := got.Modem().IMEI.String(); imei != "1" {
			t.Errorf("%s: IMEI %q, want 1", name, imei)
		}
	}
	ethernet, _ := wanOf(t, "1", "", unchanged)
	if _, said := ethernet.Modem().IMEI.Value(); said || len(ethernet.Modem().SIMs.Entries()) != 0 {
		t.Error("a WAN without a modem has one")
	}
}

func TestMEID(t *testing.T) {
	for want, value := range map[string]any{
		"A1": map[string]any{"hex": "A1", "dec": "26"}, "26": map[string]any{"hex": "", "dec": "26"}, "": map[string]any{"hex": "", "dec": ""},
	} {
		got, unreadable := wanOf(t, "2", "/cellular/meid", value)
		if digits := got.Modem().MEID.OrZero().Digits().String(); digits != want || unreadable != 0 {
			t.Errorf("%v: %q, %d unreadable, want %q", value, digits, unreadable, want)
		}
	}
}

// Signals stand with the bands of a technology or, on older firmware, with bands alone.
func TestBandPlaces(t *testing.T) {
	bands := []any{map[string]any{"name": "B1", "signal": map[string]any{"rsrp": -90}}, map[string]any{"signal": map[string]any{"rsrp": -9999}}}
	for name, value := range map[string]any{
		"of a technology": map[string]any{"rat": []any{map[string]any{"name": "LTE", "band": bands}}},
		"alone":           map[string]any{"band": bands},
		"rat empty":       map[string]any{"rat": []any{}, "band": bands},
	} {
		got, unreadable := wanOf(t, "2", "/cellular", value)
		rats := got.Modem().AllBands()
		if len(rats) != 1 || len(rats[0].Bands.Items()) != 2 || unreadable != 0 {
			t.Errorf("%s: %+v, %d unreadable, want one technology of two bands", name, rats, unreadable)
			continue
		}
		first, second := rats[0].Bands.Items()[0], rats[0].Bands.Items()[1]
		rsrp, said := first.Signal.OrZero().RSRP.Value()
		if _, saidToo := second.Signal.OrZero().RSRP.Value(); !said || rsrp != -90 || saidToo {
			t.Errorf("%s: signals %+v and %+v", name, first, second)
		}
	}
}

func TestWiFiPlaces(t *testing.T) {
	details := map[string]any{"ssid": "S", "bssid": "B", "signal": map[string]any{"strength": -50}}
	flat := map[string]any{"name": "W", "ssid": "S", "bssid": "B", "signal": map[string]any{"strength": "-50"}}
	for name, value := range map[string]any{
		"wifi":               map[string]any{"wifi": details},
		"wireless":           map[string]any{"wireless": details},
		"empty wifi beside":  map[string]any{"wifi": []any{}, "wireless": details},
		"on the WAN itself":  flat,
		"itself, wifi empty": map[string]any{"wifi": "", "ssid": "S", "bssid": "B", "signal": map[string]any{"strength": -50}},
	} {
		t.Run(name, func(t *testing.T) {
			got, unreadable := wanOf(t, "5", "", value)
			wifi := got.WiFi()
			strength, said := wifi.Signal.OrZero().Strength.Value()
			if wifi.SSID.String() != "S" || wifi.BSSID.String() != "B" || !said || strength != -50 || unreadable != 0 {
				t.Errorf("Wi-Fi %q %q %v, %d unreadable", wifi.SSID, wifi.BSSID, strength, unreadable)
			}
		})
	}
}
