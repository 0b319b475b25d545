package manage_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/manage"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestAPIClients(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	admin := b.admin()
	added, err := manage.AddAPIClient(ctx, admin, "exporter", manage.ScopeReadOnly)
	ok(t, err)
	scope := added.Value.Scope.String()
	created, _ := added.Value.CreateTimestamp.Value()
	wantEqual(t, "added", []any{"exporter", "api.read-only", float64(peplinktest.ReferenceTime().Unix()), true},
		[]any{added.Value.Name.String(), scope, created, added.Value.Confidential.False()})
	listed, err := manage.APIClients(ctx, admin)
	ok(t, err)
	if list := listed.Value.Items(); len(list) != 2 || list[0].ID.String() != peplinktest.ClientID || list[1] != added.Value {
		t.Errorf("listed %+v, want the one that was there and %+v", list, added.Value)
	}

	client := b.as(credentialsOf(added.Value))
	b.wan(client, "1") // with a token
	other := b.reader()
	b.wan(other, "1")
	id := added.Value.ID.String()
	tokens, err := manage.Tokens(ctx, admin, id)
	ok(t, err)
	if list := tokens.Value.Items(); len(list) != 1 || list[0].Token.String() != b.Tokens()[0] || list[0].ClientName.String() != "exporter" {
		t.Errorf("tokens %+v, want that of the client", list)
	}
	tokens, err = manage.Tokens(ctx, admin, "")
	ok(t, err)
	wantEqual(t, "tokens of all clients", 2, len(tokens.Value.Items()))

	ok(t, manage.RemoveAPIClient(ctx, admin, id))
	_, err = client.WANConnections(ctx)
	wantReason(t, err, peplink.ReasonAuth) // nor does it get another token
	b.wan(other, "1")
	tokens, err = manage.Tokens(ctx, admin, id)
	ok(t, err)
	wantEqual(t, "tokens of a client that is no more", 0, len(tokens.Value.Items()))
	wantReason(t, manage.RemoveAPIClient(ctx, admin, id), peplink.ReasonAPI)
}

func TestRevokeToken(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.reader()
	b.wan(client, "1")
	ok(t, manage.RevokeToken(ctx, b.admin(), b.Tokens()[0]))
	wantEqual(t, "valid tokens", 0, b.ValidTokens())
	b.wan(client, "1") // with a new one
	wantEqual(t, "grants", uint64(2), client.Status().Session.Grants)
}

func TestPriorities(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	wants := func(priority float64, enabled bool) {
		t.Helper()
		one, three := b.wan(client, "1"), b.wan(client, "3")
		got, _ := one.Priority.Value()
		wantEqual(t, "priority of WAN 1, WAN 3 enabled", []any{priority, enabled}, []any{got, three.Enable.True()})
	}
	list := []manage.Priority{{ConnID: 1, Priority: new(4)}, {ConnID: 3, Enable: new(false)}}
	set, err := manage.SetPriorities(ctx, client, false, list...)
	ok(t, err)
	entries := set.Value.Entries()
	if len(entries) != 2 || entries[0].Value.Name.String() != "WAN 1" || !entries[1].Value.Enable.False() {
		t.Errorf("set %+v", entries)
	}
	wants(1, true)
	ok(t, manage.DiscardConfig(ctx, client))
	_, err = manage.ApplyConfig(ctx, client)
	ok(t, err)
	wants(1, true)

	_, err = manage.SetPriorities(ctx, client, false, list...)
	ok(t, err)
	applied, err := manage.ApplyConfig(ctx, client)
	ok(t, err)
	wantEqual(t, "warning", "", applied.Value.Warning.String())
	wants(4, false)
	_, err = manage.SetPriorities(ctx, client, true, manage.Priority{ConnID: 1, Priority: new(2)}, manage.Priority{ConnID: 3, Enable: new(true)})
	ok(t, err)
	wants(2, true)
	_, err = manage.SetPriorities(ctx, client, true, manage.Priority{ConnID: 99})
	wantReason(t, err, peplink.ReasonAPI)
}

// The simulator never warns.
func TestApplyWithAWarning(t *testing.T) {
	b := newBench(t)
	client, body := b.writer(), `{"stat":"ok","response":{"warning":"WAN 2 is gone"}}`
	b.SetFault("cmd.config.apply", peplinktest.Fault{Body: &body})
	applied, err := manage.ApplyConfig(t.Context(), client)
	ok(t, err)
	wantEqual(t, "warning", "WAN 2 is gone", applied.Value.Warning.String())
}

func TestMessage(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	ok(t, manage.SendMessage(ctx, client, manage.Message{ConnID: cellular, Address: "+4930123456", Content: "reboot?"}))
	ok(t, manage.SendMessage(ctx, client, manage.Message{Address: "+49"}))
	want := []peplinktest.Message{{ConnID: "2", Address: "+4930123456", Content: "reboot?"}, {Address: "+49"}}
	wantEqual(t, "messages", want, b.Messages())
	wantReason(t, manage.SendMessage(ctx, client, manage.Message{ConnID: ethernet, Address: "+49"}), peplink.ReasonAPI)
}

func TestReboot(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client, admin := b.writer(), b.admin()
	_, err := manage.APIClients(ctx, admin)
	ok(t, err)
	_, err = manage.SetPriorities(ctx, client, false, manage.Priority{ConnID: 1, Priority: new(4)})
	ok(t, err)
	wantReason(t, manage.Reboot(ctx, client, 3), peplink.ReasonAPI)
	ok(t, manage.Reboot(ctx, client, 1))
	wantEqual(t, "sessions", []int{0, 0}, []int{b.ValidTokens(), b.ValidCookies()})
	_, err = client.WANConnections(ctx)
	wantReason(t, err, peplink.ReasonHTTP) // it is off

	b.Clock().Advance(2 * time.Minute)
	client = b.reader()
	firmwares, err := client.Firmwares(ctx)
	ok(t, err)
	if first := firmwares.Value.Entries()[0]; first.ID != "1" || !first.Value.InUse.True() {
		t.Errorf("firmware %+v, want that of slot 1 in use", first)
	}
	_, err = manage.ApplyConfig(ctx, b.admin())
	ok(t, err)
	one := b.wan(client, "1")
	wantEqual(t, "priority", "1", text(one.Priority)) // what was pending is lost
}

func TestAccessPoint(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	set, err := manage.SetAccessPoint(ctx, client, false)
	ok(t, err)
	read, err := client.AccessPoint(ctx)
	ok(t, err)
	if !set.Value.Enabled.False() || read.Value != set.Value {
		t.Errorf("set %+v, read %+v, want both off", set.Value, read.Value)
	}
	b.Change("cmd.ap", "", json.RawMessage(`{"support":false}`))
	set, err = manage.SetAccessPoint(ctx, client, true)
	ok(t, err)
	wantEqual(t, "supported", false, set.Value.Supported.True())
}

func TestModules(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	before := b.wan(client, "2")
	ok(t, manage.RescanNetwork(ctx, client, cellular))
	rescanned := b.wan(client, "2")
	wantEqual(t, "uptime after a rescan", text(before.Uptime), text(rescanned.Uptime))
	ok(t, manage.ResetModule(ctx, client, cellular))
	reset := b.wan(client, "2")
	wantEqual(t, "uptime after a reset", "0", text(reset.Uptime))
	events := b.Events()
	wantEqual(t, "events", []string{"2026-03-14 09:26:53 WAN 2 rescans", "2026-03-14 09:26:53 WAN 2: module reset"}, events[len(events)-2:])
	wantReason(t, manage.RescanNetwork(ctx, client, ethernet), peplink.ReasonAPI)
	wantReason(t, manage.ResetModule(ctx, client, ethernet), peplink.ReasonAPI)
}

func TestSIMs(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	for _, test := range []struct {
		sims      manage.SIMs
		enabled   []string
		preferred string
	}{
		{manage.SIMs{Enabled: []int{1, 2}, Preferred: 2}, []string{"1", "2"}, "2"},
		{manage.SIMs{Preferred: 1}, []string{"1", "2"}, "1"},
		{manage.SIMs{Enabled: []int{2}}, []string{"2"}, "1"},
		{manage.SIMs{Preferred: manage.NoPreference}, []string{"2"}, ""},
	} {
		ok(t, manage.SetSIMs(ctx, client, cellular, test.sims))
		answer, err := client.SIMSlots(ctx, []string{"2"})
		ok(t, err)
		slots := answer.Value.Entries()[0].Value
		var enabled []string
		for _, slot := range slots.Enabled.Items() {
			enabled = append(enabled, slot.String())
		}
		wantEqual(t, "enabled", test.enabled, enabled)
		wantEqual(t, "preferred", test.preferred, slots.Preferred.String())
	}
	modem := b.wan(client, "2")
	var active []string
	for _, sim := range modem.Modem().SIMs.Entries() {
		if sim.Value.Active.True() {
			active = append(active, sim.ID)
		}
	}
	wantEqual(t, "SIMs in use", []string{"2"}, active)
	wantReason(t, manage.SetSIMs(ctx, client, wifi, manage.SIMs{Preferred: 1}), peplink.ReasonAPI)
}

// scan lists the networks that WAN 5 hears: those with a profile and, after a bar, the others.
func (b *bench) scan(client *peplink.Client) (list string) {
	b.t.Helper()
	answer, err := manage.ScanWiFi(b.t.Context(), client, wifi, manage.Scan{Profile: true})
	ok(b.t, err)
	known := true
	for _, network := range answer.Value.Items() {
		if _, has := network.Profile.Value(); known && !has {
			known, list = false, list+"| "
		}
		list += network.SSID.String() + " "
	}
	return list
}

func TestWiFi(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	bakery := manage.WiFiNetwork{ConnID: wifi, SSID: "Bakery", SecurityPolicy: "wpa-psk"}
	depot := manage.WiFiNetwork{ConnID: wifi, SSID: "Depot", SecurityPolicy: "wpa-eap"}
	connects := func(n manage.WiFiNetwork, with manage.WiFiCredentials, want string) {
		t.Helper()
		ok(t, manage.ConnectWiFi(ctx, client, n, with))
		answer, err := client.WiFiResults(ctx, []string{"5"})
		ok(t, err)
		wantEqual(t, "result", want, answer.Value.Entries()[0].Value.Result.String())
	}
	says := func(want string) {
		t.Helper()
		w := b.wan(client, "5")
		wantEqual(t, "message of the WAN", want, w.Message.String())
	}
	connects(bakery, manage.WiFiCredentials{Key: "another-key"}, "PSK_AUTH_FAIL")
	connects(manage.WiFiNetwork{ConnID: wifi, SSID: "Nowhere", SecurityPolicy: "open"}, manage.WiFiCredentials{}, "AP_NOT_FOUND")
	wantReason(t, manage.ConnectWiFi(ctx, client, bakery, manage.WiFiCredentials{}), peplink.ReasonAPI)
	wantEqual(t, "networks", "Depot Guest 24 | Bakery Depot Kiosk ", b.scan(client))

	connects(bakery, manage.WiFiCredentials{Key: peplinktest.WiFiKey, BSSID: "00:00:5E:00:53:A9"}, "CONNECTED")
	says("Connected to Bakery")
	wantEqual(t, "networks", "Bakery Depot Guest 24 | Depot Kiosk ", b.scan(client))
	ok(t, manage.DisconnectWiFi(ctx, client, wifi, "Depot")) // which is not connected
	says("Connected to Bakery")
	ok(t, manage.DisconnectWiFi(ctx, client, wifi, ""))
	says("Disconnected")
	connects(bakery, manage.WiFiCredentials{}, "CONNECTED") // by its profile
	connects(depot, manage.WiFiCredentials{
		LoginID: "bus", Password: peplinktest.WiFiKey, EAPMethod: "PEAP", EAPPhase2: "MSCHAPV2", OuterIdentity: "anonymous",
	}, "CONNECTED")
	says("Connected to Depot")
	ok(t, manage.ForgetWiFi(ctx, client, depot))
	says("Disconnected")
	ok(t, manage.ForgetWiFi(ctx, client, bakery))
	wantEqual(t, "networks", "Depot Guest 24 | Bakery Depot Kiosk ", b.scan(client))
	wantReason(t, manage.ConnectWiFi(ctx, client, bakery, manage.WiFiCredentials{}), peplink.ReasonAPI)
}

func TestScan(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.reader()
	answer, err := manage.ScanWiFi(ctx, client, wifi, manage.Scan{Status: true, Profile: true, SortBy: "signal", Descending: true})
	ok(t, err)
	first := answer.Value.Items()[0]
	_, automatic := first.Profile.OrZero().Automatic.Value()
	wantEqual(t, "loudest", []any{"Depot Guest 24", "00:00:5E:00:53:A5", "-57", "6", "wpa-psk", true, true}, []any{
		first.SSID.String(), first.BSSID.String(), text(first.Signal), first.Channel.String(), first.SecurityPolicy.String(),
		first.Status.OrZero().Connected.True(), automatic,
	})
	for by, want := range map[string]string{"channel": "Bakery", "name": "Bakery", "signal": "Kiosk", "security": "Kiosk"} {
		answer, err := manage.ScanWiFi(ctx, client, wifi, manage.Scan{SortBy: by})
		ok(t, err)
		first := answer.Value.Items()[0]
		wantEqual(t, "first by "+by, want, first.SSID.String())
		if _, told := first.Status.Value(); told {
			t.Error("the status is told unasked")
		}
	}
	b.Change("cmd.wifi.scan", "/5", json.RawMessage(`[]`))
	answer, err = manage.ScanWiFi(ctx, client, wifi, manage.Scan{})
	ok(t, err)
	wantEqual(t, "networks where there are none", 0, len(answer.Value.Items()))
	many := make([]map[string]string, 70)
	for i := range many {
		many[i] = map[string]string{"ssid": "many"}
	}
	b.Change("cmd.wifi.scan", "/5", many)
	answer, err = manage.ScanWiFi(ctx, client, wifi, manage.Scan{})
	ok(t, err)
	wantEqual(t, "networks read and not", []int{64, 6}, []int{len(answer.Value.Items()), answer.Unreadable})
	_, err = manage.ScanWiFi(ctx, client, ethernet, manage.Scan{})
	wantReason(t, err, peplink.ReasonAPI)
}

func TestUpdateSSID(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	client := b.writer()
	answer, err := manage.UpdateSSID(ctx, client, 1, manage.SSIDChange{
		Name: "Bus 13", Enable: new(false), VLANID: new(40), Broadcast: new(false), Security: &manage.SSIDSecurity{
			Policy: "WPA2 Personal", WPA2Personal: &manage.WPA2Personal{FastTransition: new(false), Key: "another-key"},
		},
	})
	ok(t, err)
	all, err := client.SSIDs(ctx)
	ok(t, err)
	for what, entries := range map[string][]peplink.Entry[peplink.SSID]{"answered": answer.Value.Entries(), "read": all.Value.Entries()[1:2]} {
		s := entries[0].Value
		wantEqual(t, what, []any{1, "1", "Bus 13", "40", true, true, true}, []any{
			len(entries), entries[0].ID, s.Name.String(), s.VLANID.String(), s.Enable.False(), s.Broadcast.False(), s.CaptivePortal.True(),
		})
	}
	wantEqual(t, "key", any("another-key"), b.Value("config.ssid.profile", "/1/security/wpa2Personal/key"))

	both := &manage.SSIDSecurity{WPAWPA2Personal: &manage.WPA2Personal{Key: "5ec2e7a05ec2e7a05ec2e7a05ec2e7a05ec2e7a05ec2e7a05ec2e7a05ec2e7a0"}}
	_, err = manage.UpdateSSID(ctx, client, 2, manage.SSIDChange{Security: both})
	ok(t, err)
	wantEqual(t, "key", any(both.WPAWPA2Personal.Key), b.Value("config.ssid.profile", "/2/security/wpaWpa2Personal/key"))
	wantEqual(t, "name, of which nothing was said", any("Bus 12 crew"), b.Value("config.ssid.profile", "/2/name"))
	_, err = manage.UpdateSSID(ctx, client, 9, manage.SSIDChange{Name: "Bus 13"})
	wantReason(t, err, peplink.ReasonAPI)
}

// text writes a number as the router does, "" where there is none.
func text(n peplink.Number) string {
	value, told := n.Value()
	if !told {
		return ""
	}
	encoded, _ := json.Marshal(value)
	return string(encoded)
}
