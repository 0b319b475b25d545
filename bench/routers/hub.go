package main

import (
	"fmt"
	"strconv"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// links is how many WANs a hub has, and so how many links each of its tunnels.
const links = 3

// object is a JSON object.
type object = map[string]any

// makeHub gives a router that many connected SpeedFusion peers, each with a tunnel of
// three links, in the shape of firmware 8.5 (field notes, status.pepvpn).
func makeHub(router *peplinktest.Router, peers int) error {
	list := make([]object, peers)
	tunnels := object{}
	order := make([]string, peers)
	for i := range peers {
		list[i], tunnels[peerID(i)], order[i] = peer(i), tunnel(i), peerID(i)
	}
	tunnels["order"] = order
	type change struct {
		endpoint, pointer string
		value             any
	}
	changes := []change{
		{"status.pepvpn", "/profile", object{"1": profile(peers), "order": []int{1}}},
		{"status.pepvpn", "/peer", list},
		{"status.pepvpn", "/tunnel", tunnels},
		{"status.wan.connection", "/order", []int{1, 2, 3}},
	}
	first, err := router.Value("status.wan.connection", "/1")
	if err != nil {
		return fmt.Errorf("the hub's WAN: %w", err)
	}
	for id := 2; id <= links; id++ {
		changes = append(changes, change{"status.wan.connection", "/" + strconv.Itoa(id), first})
	}
	for _, c := range changes {
		if err := router.Change(c.endpoint, c.pointer, c.value); err != nil {
			return fmt.Errorf("make a hub: %w", err)
		}
	}
	return nil
}

func peerID(i int) string { return fmt.Sprintf("1-%d", i+1) }

func profile(peers int) object {
	return object{
		"name": "Vehicles", "master": false, "status": "CONNECTED", "conflictCount": 0,
		"peerCount": peers, "userShared": false, "userCount": 0, "type": "l3",
	}
}

func peer(i int) object {
	return object{
		"peerId": peerID(i), "name": fmt.Sprintf("bus-%04d", i+1), "profileId": 1, "status": "CONNECTED",
		"serialNumber": fmt.Sprintf("2931-%04d-%04d", i/1000, i%10000), "secure": true, "type": "l3", "username": "",
		"route": []string{fmt.Sprintf("198.51.100.%d/30", i%64*4)},
	}
}

func tunnel(i int) object {
	wan := object{"order": []int{1, 2, 3}}
	for id := 1; id <= links; id++ {
		n := i*links + id
		packet := object{"wan": 1_000_000 + n, "forward": 990_000 + n, "loss": 10_000 + n}
		wan[strconv.Itoa(id)] = object{
			"name": fmt.Sprintf("WAN %d", id), "state": "ACTIVE", "priority": id, "rtt": 20 + n%90,
			"transmit": object{"byte": []int{53_380_000_000 + n}, "packet": arrays(packet, "fec", 25_000+n)},
			"receive":  object{"byte": []int{6_660_000_000 + n}, "packet": arrays(packet, "outOfOrder", 1_800+n)},
		}
	}
	return object{"wan": wan}
}

// arrays writes counters as routers do: each in an array of one.
func arrays(counters object, name string, value int) object {
	written := object{name: []any{value}}
	for key, count := range counters {
		written[key] = []any{count}
	}
	return written
}
