package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/peplink-exporter/peplink_exporter/demo/simulation"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// fleet is what the demo shows: every model that is simulated, as a router somewhere. A
// seed makes a router move in its own way.
var fleet = []struct {
	name, model, settings string
	seed                  uint64
}{
	{"bus-12", "max-hd2-8.3", "labels: {site: depot-north, role: vehicle, availability: intermittent, router_model: MAX HD2}", 12},
	{"ferry-3", "max-br1-5g-8.6", "labels: {site: harbour, role: vehicle, availability: intermittent, router_model: MAX BR1 5G}", 3},
	{"ferry-9", "max-br1-pro-8.6", "labels: {site: harbour, role: vehicle, availability: intermittent, router_model: MAX BR1 Pro}", 9},
	{"shop-7", "balance-8.0", "labels: {site: shop-7, role: site, router_model: Balance}", 7},
	{"works", "balance-710-8.5", "labels: {site: works, role: site, router_model: Balance 710}", 4},
	{"hub", "fusionhub-8.3", "labels: {site: data-centre, role: hub, router_model: FusionHub}", 1},
	{"attic", "sloppy", "labels: {site: attic, role: site}", 5},
	{"museum", "vendor-examples", "labels: {site: museum, role: site}", 0},
}

// router is a simulated router that is being served.
type router struct {
	Name    string `json:"name"`
	URL     string `json:"url"`
	Control string `json:"control"` // the simulator's control port

	settings    string
	userLogin   bool // it knows users, but no API clients
	fingerprint string
}

// routers are all of them.
type routers struct {
	list    []router
	running []*simulation.Simulation
}

// startRouters serves each router over HTTPS with a self-signed certificate of its own,
// as routers do.
func startRouters(ctx context.Context) (*routers, error) {
	started := &routers{}
	for _, member := range fleet {
		simulated, err := simulation.Start(ctx, simulation.Settings{
			Model: member.model, Seed: member.seed, Listen: "127.0.0.1:0", Control: "127.0.0.1:0", TLS: true,
		})
		if err != nil {
			return nil, errors.Join(err, started.stop())
		}
		started.running = append(started.running, simulated)
		started.list = append(started.list, router{
			Name: member.name, URL: simulated.URL, Control: simulated.Control,
			settings: member.settings, userLogin: !simulated.Router.TakesClients(), fingerprint: simulated.Fingerprint,
		})
	}
	return started, nil
}

// stop ends all of them.
func (r *routers) stop() error {
	var errs []error
	for _, simulated := range r.running {
		errs = append(errs, simulated.Close())
	}
	return errors.Join(errs...)
}

// configuration is the exporter's file for these routers.
func (r *routers) configuration() []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "defaults:\n  client_id: %s\n  client_secret: %s\n  time_zone: Europe/Berlin\ntargets:\n",
		peplinktest.ClientID, peplinktest.ClientSecret)
	for _, router := range r.list {
		fmt.Fprintf(&text, "  - name: %s\n    url: %s\n    %s\n    tls_config: {fingerprint_sha256: [%s]}\n",
			router.Name, router.URL, router.settings, router.fingerprint)
		if router.userLogin {
			fmt.Fprintf(&text, "    username: %s\n    password: %s\n", peplinktest.Username, peplinktest.Password)
		}
	}
	return []byte(text.String())
}
