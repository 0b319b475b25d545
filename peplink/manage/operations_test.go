package manage_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/manage"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// right is what an operation needs.
type right int

const (
	reads right = iota
	writes
	administers
)

type operation struct {
	name  string // as the package's documentation has it
	needs right
	call  func(context.Context, *peplink.Client) error
}

func (o operation) method() string   { return strings.Fields(o.name)[0] }
func (o operation) endpoint() string { return strings.Fields(o.name)[1] }

var kiosk = manage.WiFiNetwork{ConnID: wifi, SSID: "Kiosk", SecurityPolicy: "open"}

// operations are those of this package, with arguments that are sound.
var operations = []operation{
	{"GET auth.client", administers, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.APIClients(ctx, c)
		return err
	}},
	{"POST auth.client (add)", administers, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.AddAPIClient(ctx, c, "n", manage.ScopeReadOnly)
		return err
	}},
	{"POST auth.client (remove)", administers, func(ctx context.Context, c *peplink.Client) error {
		return manage.RemoveAPIClient(ctx, c, peplinktest.ClientID)
	}},
	{"GET auth.client.token", administers, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.Tokens(ctx, c, "")
		return err
	}},
	{"POST auth.token.revoke", administers, func(ctx context.Context, c *peplink.Client) error {
		return manage.RevokeToken(ctx, c, "0396c250111dcaef02058007bb72217e")
	}},
	{"POST cmd.config.apply", writes, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.ApplyConfig(ctx, c)
		return err
	}},
	{"POST cmd.config.discard", writes, manage.DiscardConfig},
	{"POST cmd.sms.sendMessage", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.SendMessage(ctx, c, manage.Message{Address: "+4930123456"})
	}},
	{"POST cmd.ap", writes, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.SetAccessPoint(ctx, c, true)
		return err
	}},
	{"POST cmd.cellularModule.rescanNetwork", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.RescanNetwork(ctx, c, cellular)
	}},
	{"POST cmd.cellularModule.reset", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.ResetModule(ctx, c, cellular)
	}},
	{"POST cmd.wan.cellular", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.SetSIMs(ctx, c, cellular, manage.SIMs{Enabled: []int{1, 2}, Preferred: 1})
	}},
	{"POST cmd.wifi.connect", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.ConnectWiFi(ctx, c, kiosk, manage.WiFiCredentials{})
	}},
	{"POST cmd.wifi.disconnect", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.DisconnectWiFi(ctx, c, wifi, "")
	}},
	{"POST cmd.wifi.forget", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.ForgetWiFi(ctx, c, kiosk)
	}},
	{"GET cmd.wifi.scan", reads, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.ScanWiFi(ctx, c, wifi, manage.Scan{})
		return err
	}},
	{"POST config.ssid.profile", writes, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.UpdateSSID(ctx, c, 1, manage.SSIDChange{Name: "Bus 13"})
		return err
	}},
	{"POST config.wan.connection.priority", writes, func(ctx context.Context, c *peplink.Client) error {
		_, err := manage.SetPriorities(ctx, c, false, manage.Priority{ConnID: ethernet, Priority: new(2)})
		return err
	}},
	{"POST cmd.system.reboot", writes, func(ctx context.Context, c *peplink.Client) error {
		return manage.Reboot(ctx, c, 0)
	}},
}

func TestPermissions(t *testing.T) {
	for name, who := range map[string]struct {
		client func(*bench) *peplink.Client
		may    right
	}{
		"read-only client":  {(*bench).reader, reads},
		"read-only user":    {(*bench).readingUser, reads},
		"read-write client": {(*bench).writer, writes},
		"administrator":     {(*bench).admin, administers},
	} {
		for _, o := range operations {
			t.Run(name+" "+o.name, func(t *testing.T) {
				b := newBench(t)
				client := who.client(b)
				_, err := client.WANConnections(t.Context()) // its session is good
				ok(t, err)
				b.ClearRequests()
				err = o.call(t.Context(), client)
				if who.may >= o.needs {
					ok(t, err)
				} else {
					wantReason(t, err, peplink.ReasonForbidden)
				}
				requests := b.Requests()
				if len(requests) != 1 || requests[0].Endpoint != o.endpoint() || requests[0].Method != o.method() {
					t.Errorf("%d requests, the first being %+v, want one of %s", len(requests), requests[0], o.name)
				}
			})
		}
	}
}

// What acts is not done twice, whatever becomes of its answer.
func TestActsComeOnce(t *testing.T) {
	for name, fault := range map[string]struct {
		peplinktest.Fault
		reason peplink.Reason
	}{
		"internal error": {peplinktest.Fault{Fail: &peplinktest.Fail{Message: "Internal Error"}}, peplink.ReasonAPI},
		"cut":            {peplinktest.Fault{Cut: true}, peplink.ReasonHTTP},
		"no answer":      {peplinktest.Fault{Hang: true}, peplink.ReasonTimeout},
		"half an answer": {peplinktest.Fault{HangAfterHeaders: true}, peplink.ReasonTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			client := b.admin()
			_, err := client.WANConnections(t.Context())
			ok(t, err)
			for _, o := range operations {
				if o.method() != http.MethodPost {
					continue
				}
				b.ClearRequests()
				b.SetFault(o.endpoint(), fault.Fault)
				ctx, giveUp := context.WithCancel(t.Context())
				failed := make(chan error)
				go func() { failed <- o.call(ctx, client) }()
				b.WaitFor(o.endpoint(), 1)
				if fault.reason == peplink.ReasonTimeout {
					giveUp()
				}
				wantReason(t, <-failed, fault.reason)
				giveUp()
				b.ClearFault(o.endpoint())
				if got := b.Count(peplinktest.EveryEndpoint); got != 1 {
					t.Errorf("%s: %d requests, want one", o.name, got)
				}
				if strings.HasPrefix(o.name, "POST cmd.system.reboot") {
					return // it reboots
				}
			}
		})
	}
}

// A connection that fell silent while nobody used it does not keep a request from arriving.
func TestActOnADeadConnection(t *testing.T) {
	b := newBench(t)
	client := b.writer()
	_, err := client.WANConnections(t.Context())
	ok(t, err)
	b.ClearRequests()
	b.WedgeConnections()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ok(t, manage.ResetModule(ctx, client, cellular))
	if got := b.Count(peplinktest.EveryEndpoint); got != 1 {
		t.Errorf("%d requests, want one", got)
	}
}

// A session that the router has lost is replaced: it said that it did nothing.
func TestActWithALostSession(t *testing.T) {
	b := newBench(t)
	client := b.writer()
	ok(t, manage.ResetModule(t.Context(), client, cellular))
	b.RevokeTokens()
	b.ClearRequests()
	ok(t, manage.ResetModule(t.Context(), client, cellular))
	if got := b.Count("cmd.cellularModule.reset"); got != 2 {
		t.Errorf("%d requests, want the refused one and another", got)
	}
}

// That an endpoint may be read says nothing of whether it may be written: the session is not
// taken for lost.
func TestReadingIsAnotherRight(t *testing.T) {
	b := newBench(t)
	client := b.reader()
	_, err := client.AccessPoint(t.Context())
	ok(t, err)
	_, err = manage.SetAccessPoint(t.Context(), client, false)
	wantReason(t, err, peplink.ReasonForbidden)
	if got := err.Error(); got != "cmd.ap: 401 Unauthorized (this account may not do it)" {
		t.Error(got)
	}
	if got := client.Status().Session.Grants; got != 1 {
		t.Errorf("%d grants, want one", got)
	}
}

// What the document forbids is not sent, and not repeated in the error.
func TestInvalidArguments(t *testing.T) {
	b := newBench(t)
	client, secret := b.admin(), "é-secret"
	key := func(key string) manage.SSIDChange {
		return manage.SSIDChange{Security: &manage.SSIDSecurity{WPA2Personal: &manage.WPA2Personal{Key: key}}}
	}
	connect := func(n manage.WiFiNetwork, with manage.WiFiCredentials) func(context.Context) error {
		return func(ctx context.Context) error { return manage.ConnectWiFi(ctx, client, n, with) }
	}
	message := func(connID int, address string) func(context.Context) error {
		return func(ctx context.Context) error {
			return manage.SendMessage(ctx, client, manage.Message{ConnID: connID, Address: address})
		}
	}
	sims := func(connID int, s manage.SIMs) func(context.Context) error {
		return func(ctx context.Context) error { return manage.SetSIMs(ctx, client, connID, s) }
	}
	ssid := func(id int, change manage.SSIDChange) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := manage.UpdateSSID(ctx, client, id, change)
			return err
		}
	}
	priorities := func(list ...manage.Priority) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := manage.SetPriorities(ctx, client, true, list...)
			return err
		}
	}
	for name, call := range map[string]func(context.Context) error{
		"client without name": func(ctx context.Context) error {
			_, err := manage.AddAPIClient(ctx, client, "", manage.ScopeReadOnly)
			return err
		},
		"scope of an administrator": func(ctx context.Context) error {
			_, err := manage.AddAPIClient(ctx, client, "n", "admin")
			return err
		},
		"no client id": func(ctx context.Context) error { return manage.RemoveAPIClient(ctx, client, "") },
		"no token":     func(ctx context.Context) error { return manage.RevokeToken(ctx, client, "") },

		"address without plus":   message(0, "4930123456"),
		"address that begins 0":  message(0, "+0301234567"),
		"address of one digit":   message(0, "+1"),
		"address of 16 digits":   message(0, "+1234567890123456"),
		"address with a newline": message(0, "+4930123456\n"),
		"message over WAN -1":    message(-1, "+4930123456"),
		"firmware -1":            func(ctx context.Context) error { return manage.Reboot(ctx, client, -1) },
		"rescan of WAN 0":        func(ctx context.Context) error { return manage.RescanNetwork(ctx, client, 0) },
		"reset of WAN 0":         func(ctx context.Context) error { return manage.ResetModule(ctx, client, 0) },
		"SIMs of WAN 0":          sims(0, manage.SIMs{Preferred: 1}),
		"SIM 3":                  sims(cellular, manage.SIMs{Enabled: []int{1, 3}}),
		"preferred SIM 3":        sims(cellular, manage.SIMs{Preferred: 3}),
		"preferred SIM -2":       sims(cellular, manage.SIMs{Preferred: -2}),
		"no SIMs":                sims(cellular, manage.SIMs{}),

		"Wi-Fi of WAN 0":      connect(manage.WiFiNetwork{SSID: "s", SecurityPolicy: "open"}, manage.WiFiCredentials{}),
		"Wi-Fi without SSID":  connect(manage.WiFiNetwork{ConnID: wifi, SecurityPolicy: "open"}, manage.WiFiCredentials{}),
		"policy":              connect(manage.WiFiNetwork{ConnID: wifi, SSID: "s", SecurityPolicy: "wpa3"}, manage.WiFiCredentials{Key: secret}),
		"EAP method":          connect(kiosk, manage.WiFiCredentials{EAPMethod: "TLS"}),
		"EAP phase 2":         connect(kiosk, manage.WiFiCredentials{EAPPhase2: "MD5"}),
		"BSSID":               connect(kiosk, manage.WiFiCredentials{BSSID: "00:00:5E:00:53"}),
		"disconnect of WAN 0": func(ctx context.Context) error { return manage.DisconnectWiFi(ctx, client, 0, "") },
		"forgotten policy": func(ctx context.Context) error {
			return manage.ForgetWiFi(ctx, client, manage.WiFiNetwork{ConnID: wifi, SSID: "s"})
		},
		"scan of WAN 0": func(ctx context.Context) error {
			_, err := manage.ScanWiFi(ctx, client, 0, manage.Scan{})
			return err
		},
		"scan by age": func(ctx context.Context) error {
			_, err := manage.ScanWiFi(ctx, client, wifi, manage.Scan{SortBy: "age"})
			return err
		},

		"profile 0":              ssid(0, manage.SSIDChange{}),
		"key of 7":               ssid(1, key("7letter")),
		"key of 64, but not hex": ssid(1, key(strings.Repeat("x", 64))),
		"key of 65":              ssid(1, key(strings.Repeat("a", 65))),
		"key that is not ASCII":  ssid(1, key(secret)),
		"SSID policy":            ssid(1, manage.SSIDChange{Security: &manage.SSIDSecurity{Policy: "WPA3 Personal"}}),
		"fast transition": ssid(1, manage.SSIDChange{Security: &manage.SSIDSecurity{
			WPAWPA2Personal: &manage.WPA2Personal{FastTransition: new(true)},
		}}),

		"no priorities":     priorities(),
		"priority of WAN 0": priorities(manage.Priority{Priority: new(1)}),
	} {
		t.Run(name, func(t *testing.T) {
			err := call(t.Context())
			if !errors.Is(err, manage.ErrInvalid) {
				t.Errorf("error %v, want one for an invalid argument", err)
			} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "0123") {
				t.Errorf("%v repeats what it is about", err)
			}
		})
	}
	if got := b.Count(peplinktest.EveryEndpoint); got != 0 {
		t.Errorf("%d requests, want none", got)
	}
}

// A router that repeats a secret does not make it known.
func TestSecretsAreNotTold(t *testing.T) {
	const secret = "a-secret-of-the-network"
	b := newBench(t)
	client := b.writer()
	ctx := t.Context()
	for endpoint, call := range map[string]func() error{
		"cmd.wifi.connect": func() error {
			return manage.ConnectWiFi(ctx, client, kiosk, manage.WiFiCredentials{Key: secret})
		},
		"auth.token.revoke": func() error { return manage.RevokeToken(ctx, client, secret) },
		"config.ssid.profile": func() error {
			_, err := manage.UpdateSSID(ctx, client, 1, manage.SSIDChange{
				Security: &manage.SSIDSecurity{WPA2Personal: &manage.WPA2Personal{Key: secret}},
			})
			return err
		},
		"cmd.sms.sendMessage": func() error {
			return manage.SendMessage(ctx, client, manage.Message{Address: "+4930123456", Content: secret})
		},
	} {
		b.SetFault(endpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Message: "bad " + secret}})
		if err := call(); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: error %v, want one without the secret", endpoint, err)
		}
	}
}
