package manage_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/manage"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// An administrator makes an API client for a program that only reads.
func ExampleAddAPIClient() {
	client, stop := simulatedRouter()
	defer stop()
	ctx := context.Background()

	listed, err := manage.APIClients(ctx, client)
	must(err)
	for _, known := range listed.Value.Items() {
		if known.Name.String() == "exporter" {
			return // the router would make another one of that name
		}
	}
	added, err := manage.AddAPIClient(ctx, client, "exporter", manage.ScopeReadOnly)
	must(err)
	fmt.Println(added.Value.Name, added.Value.Scope, len(added.Value.ID.String()), len(added.Value.Secret.String()))
	must(manage.RemoveAPIClient(ctx, client, added.Value.ID.String()))
	// Output: exporter api.read-only 32 32
}

// What is changed waits for ApplyConfig, unless it is to take effect at once.
func ExampleSetPriorities() {
	client, stop := simulatedRouter()
	defer stop()
	ctx := context.Background()

	set, err := manage.SetPriorities(ctx, client, false,
		manage.Priority{ConnID: 1, Priority: new(2)}, manage.Priority{ConnID: 2, Priority: new(1)})
	must(err)
	for _, wan := range set.Value.Entries() {
		priority, _ := wan.Value.Priority.Value()
		fmt.Println(wan.Value.Name, priority)
	}
	applied, err := manage.ApplyConfig(ctx, client)
	must(err)
	if warning, warned := applied.Value.Warning.Value(); warned {
		fmt.Println(warning)
	}
	// Output:
	// WAN 1 2
	// Cellular 1 1
}

// An argument that the API document forbids is not sent.
func ExampleSendMessage() {
	client, stop := simulatedRouter()
	defer stop()

	err := manage.SendMessage(context.Background(), client, manage.Message{Address: "030123456", Content: "hello"})
	fmt.Println(errors.Is(err, manage.ErrInvalid), err)
	// Output:
	// true cmd.sms.sendMessage: invalid argument: the address has to be + and 2 to 15 digits, of which the first is not 0
}

// SIM slot B alone, and a modem that begins anew.
func ExampleSetSIMs() {
	client, stop := simulatedRouter()
	defer stop()
	ctx := context.Background()

	must(manage.SetSIMs(ctx, client, 2, manage.SIMs{Enabled: []int{2}, Preferred: manage.NoPreference}))
	must(manage.ResetModule(ctx, client, 2))
	slots, err := client.SIMSlots(ctx, []string{"2"})
	must(err)
	settings := slots.Value.Entries()[0].Value
	fmt.Println(settings.Enabled.Items())
	// Output: [2]
}

// A scan finds a network, and the WAN joins it.
func ExampleConnectWiFi() {
	client, stop := simulatedRouter()
	defer stop()
	ctx := context.Background()

	found, err := manage.ScanWiFi(ctx, client, 5, manage.Scan{SortBy: "signal", Descending: true})
	must(err)
	for _, network := range found.Value.Items() {
		fmt.Println(network.SSID, network.SecurityPolicy)
	}
	kiosk := manage.WiFiNetwork{ConnID: 5, SSID: "Kiosk", SecurityPolicy: "open"}
	must(manage.ConnectWiFi(ctx, client, kiosk, manage.WiFiCredentials{}))
	results, err := client.WiFiResults(ctx, []string{"5"})
	must(err)
	result := results.Value.Entries()[0].Value
	fmt.Println(result.Result)
	// Output:
	// Depot Guest 24 wpa-psk
	// Depot wpa-eap
	// Bakery wpa-psk
	// Kiosk open
	// CONNECTED
}

// Only what is given is changed.
func ExampleUpdateSSID() {
	client, stop := simulatedRouter()
	defer stop()

	updated, err := manage.UpdateSSID(context.Background(), client, 1, manage.SSIDChange{Enable: new(false)})
	must(err)
	for _, profile := range updated.Value.Entries() {
		fmt.Println(profile.ID, profile.Value.Name, profile.Value.Enable.True())
	}
	// Output: 1 Bus 12 false
}

func ExampleSetAccessPoint() {
	client, stop := simulatedRouter()
	defer stop()

	set, err := manage.SetAccessPoint(context.Background(), client, false)
	must(err)
	fmt.Println(set.Value.Supported.True(), set.Value.Enabled.True())
	// Output: true false
}

func ExampleReboot() {
	client, stop := simulatedRouter()
	defer stop()
	ctx := context.Background()

	must(manage.Reboot(ctx, client, 0))
	_, err := client.WANConnections(ctx)
	fmt.Println(err != nil)
	// Output: true
}

// simulatedRouter starts a router, and returns a client for its administrator.
func simulatedRouter() (client *peplink.Client, stop func()) {
	router, err := peplinktest.New("max-hd2-8.3")
	must(err)
	server, err := router.Serve(context.Background(), "127.0.0.1:0", nil)
	must(err)
	address, err := url.Parse(server.URL)
	must(err)
	client = peplink.New(peplink.Options{
		URL: address,
		Credentials: func() (peplink.Credentials, error) {
			return peplink.Credentials{Username: peplinktest.AdminName, Password: peplinktest.AdminPassword}, nil
		},
	})
	return client, func() {
		client.Close()
		router.Close()
		_ = server.Close()
	}
}

// must ends an example that fails.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
