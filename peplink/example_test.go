package peplink_test

import (
	"context"
	"fmt"
	"net/url"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// A simulated router stands for a real one.
func ExampleClient_WANConnections() {
	router, stop := simulatedRouter()
	defer stop()

	ctx := context.Background()
	client := peplink.New(peplink.Options{
		URL: router,
		Credentials: func() (peplink.Credentials, error) {
			return peplink.Credentials{ClientID: peplinktest.ClientID, ClientSecret: peplinktest.ClientSecret}, nil
		},
	})
	defer client.Close()
	answer, err := client.WANConnections(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, wan := range answer.Value.Entries() {
		fmt.Printf("%s: %s, %s\n", wan.ID, wan.Value.Name, wan.Value.Message)
	}
	if err := client.EndSession(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1: WAN 1, Connected
	// 2: Cellular 1, Connected to Example Mobile
	// 3: Cellular 2, Standby
	// 4: USB, No Device Detected
	// 5: Wi-Fi WAN on 2.4 GHz, Connected to Depot Guest 24
	// 6: Wi-Fi WAN on 5 GHz, Disabled
	// 7: VLAN WAN 1, No Cable Detected
}

// simulatedRouter starts one on a socket.
func simulatedRouter() (address *url.URL, stop func()) {
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		panic(err)
	}
	server, err := router.Serve(context.Background(), "127.0.0.1:0", nil)
	if err != nil {
		panic(err)
	}
	address, err = url.Parse(server.URL)
	if err != nil {
		panic(err)
	}
	return address, func() {
		router.Close()
		_ = server.Close()
	}
}
