package main

import (
	"context"
	"fmt"
)

// hubProbes is how many probes a round has, by the number of peers.
var hubProbes = []struct{ peers, probes int }{{20, 40}, {200, 6}, {2000, 1}}

// hubSettings let a poll read a large hub whole.
const hubSettings = "  timeout: 4m\n  max_peers: 5000\n  max_link_peers: 5000\n"

// hub is section 3: how the cost grows with the SpeedFusion peers of one router.
func (b *bench) hub(ctx context.Context) error {
	results := table{columns: []string{
		fmt.Sprintf("%d rounds, 3 links a peer", rounds), "requests", "from router", "series", "text", "CPU ms a probe", "÷ its floor", "wall ms",
		"peak RSS", "more than when ready ÷ from router", "peak RSS of floor",
	}}
	growth := table{columns: []string{"growth", "CPU 200 ÷ 20 peers", "CPU 2000 ÷ 200 peers"}}
	costs := map[string][]spread{}
	for _, size := range hubProbes {
		if err := b.hubOf(ctx, size.peers, size.probes, &results, costs); err != nil {
			return err
		}
	}
	results.write(b.out)
	for _, s := range b.subjects {
		c := costs[s.name]
		growth.add(s.name, c[1].over(c[0]).show(1), c[2].over(c[1]).show(1))
	}
	growth.write(b.out)
	return nil
}

// hubOf adds each exporter's costs of a hub of one size.
func (b *bench) hubOf(ctx context.Context, peers, probes int, results *table, costs map[string][]spread) error {
	var all []*asked
	var pairs []*pair
	for _, s := range b.subjects {
		p, err := b.startPair(ctx, s, hubSettings, "--model=fusionhub-8.3", fmt.Sprintf("--peers=%d", peers))
		if err != nil {
			return err
		}
		pairs = append(pairs, p)
		all = append(all,
			&asked{name: "floor of " + s.name, client: p.floor.client, pid: p.floor.pid(), target: routerName(0), times: floorTimes},
			&asked{name: s.name, client: p.exporter.client, pid: p.exporter.pid(), target: routerName(0)})
	}
	if err := probeInTurn(ctx, all, rounds, probes, probes); err != nil {
		return err
	}
	for i, p := range pairs {
		floor, exporter := all[2*i], all[2*i+1]
		row, err := hubRow(ctx, p, exporter, floor, peers)
		if err != nil {
			return err
		}
		results.add(row...)
		costs[exporter.name] = append(costs[exporter.name], exporter.cpu)
		if err := p.stop(); err != nil {
			return err
		}
	}
	return nil
}

// hubRow is what one exporter's probes of one hub cost.
func hubRow(ctx context.Context, p *pair, exporter, floor *asked, peers int) ([]string, error) {
	own, err := residentOf(p.exporter.pid())
	if err != nil {
		return nil, err
	}
	least, err := residentOf(p.floor.pid())
	if err != nil {
		return nil, err
	}
	one, err := countPolls(ctx, p.routers, p.exporter, 1, nil)
	if err != nil {
		return nil, err
	}
	return []string{
		fmt.Sprintf("%s, %d peers", exporter.name, peers),
		fmt.Sprint(p.requests), bytesText(float64(one.Transmitted)), fmt.Sprint(p.text.series()), bytesText(float64(len(p.text))),
		exporter.cpu.show(1), exporter.cpu.over(floor.cpu).show(1), exporter.wall.show(0),
		bytesText(float64(own.peak)), fmt.Sprintf("%.0f", float64(own.peak-p.exporter.readyRSS)/float64(one.Transmitted)), bytesText(float64(least.peak)),
	}, nil
}
