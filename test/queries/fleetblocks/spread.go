package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// hubs are few in a fleet.
const hubs = 3

// troubled: one router in so many has alerts, which then fire all day.
const troubled = 20

// spread gives the prototypes to routers: each is as one of them, with a name of its own and the labels that operators
// set. What belongs to no router is there once.
func spread(s *store, routers int) []series {
	byPrototype := map[string][]series{}
	var all []series
	for _, one := range s.series {
		instance := one.labels.Get("instance")
		if one.labels.Get("job") != probes || instance == "" {
			all = append(all, one)
			continue
		}
		byPrototype[instance] = append(byPrototype[instance], one)
	}
	var large, usual []string
	for _, name := range slices.Sorted(maps.Keys(byPrototype)) {
		if isHub(byPrototype[name]) {
			large = append(large, name)
		} else {
			usual = append(usual, name)
		}
	}
	for i := range routers {
		of := usual[i%len(usual)]
		if i < hubs && len(large) > 0 {
			of = large[i%len(large)]
		}
		name := []string{"instance", fmt.Sprintf("router-%04d", i), "site", fmt.Sprintf("site-%03d", i%200), "router_model", strings.TrimRight(of, "/0123456789")}
		name = append(name, roles(i, slices.Contains(large, of))...)
		for _, one := range byPrototype[of] {
			if i%troubled != 0 && one.labels.Get(model.MetricNameLabel) == "ALERTS" {
				continue
			}
			all = append(all, series{renamed(one.labels, name), one.values})
		}
	}
	slices.SortFunc(all, func(a, b series) int { return labels.Compare(a.labels, b.labels) })
	return all
}

func isHub(all []series) bool {
	peers := 0
	for _, one := range all {
		if one.labels.Get(model.MetricNameLabel) == peerUp {
			peers++
		}
	}
	return peers > hubPeers
}

func roles(i int, hub bool) []string {
	switch {
	case hub:
		return []string{"role", "hub"}
	case i%2 == 0:
		return []string{"role", "vehicle", "availability", "intermittent"}
	}
	return []string{"role", "site"}
}

func renamed(of labels.Labels, pairs []string) labels.Labels {
	builder := labels.NewBuilder(of)
	for pair := range slices.Chunk(pairs, 2) {
		builder.Set(pair[0], pair[1])
	}
	return builder.Labels()
}
