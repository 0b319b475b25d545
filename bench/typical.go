package main

import (
	"context"
	"fmt"
	"time"
)

// asked is something that is probed in turn with others, and what that cost it.
type asked struct {
	name   string
	client *client
	pid    int
	target string
	per    string // the row whose cost a ratio is of; empty for none
	times  int    // it is probed that many times as often as the others, for it takes little

	cpu  spread // milliseconds a probe, by round
	wall spread
}

// probeInTurn probes each in turn, a slice of a round at a time, so that whatever else
// the machine does meets all alike.
func probeInTurn(ctx context.Context, all []*asked, rounds, probes, slice int) error {
	for range rounds {
		used, took := make([]time.Duration, len(all)), make([]time.Duration, len(all))
		for i, one := range all {
			before, err := processorTime(one.pid)
			if err != nil {
				return err
			}
			used[i] = -before
		}
		for done := 0; done < probes; done += slice {
			for i, one := range all {
				for range min(slice, probes-done) * max(one.times, 1) {
					a, err := one.client.probe(ctx, one.target)
					if err != nil {
						return fmt.Errorf("%s: %w", one.name, err)
					}
					took[i] += a.took
				}
			}
		}
		for i, one := range all {
			after, err := processorTime(one.pid)
			if err != nil {
				return err
			}
			each := float64(probes * max(one.times, 1))
			one.cpu = append(one.cpu, (used[i]+after).Seconds()*1000/each)
			one.wall = append(one.wall, took[i].Seconds()*1000/each)
		}
	}
	return nil
}

// typical is sections 1 and 2: one router, one client that probes without a pause.
func (b *bench) typical(ctx context.Context) error {
	if err := b.typicalOf(ctx, "default collectors", ""); err != nil {
		return err
	}
	if len(b.subjects) < 2 {
		return nil
	}
	// Two commits may differ in what they read by default: here they read the same.
	return b.typicalOf(ctx, "the same six collectors", "  collectors: [wan, allowance, pepvpn, pepvpn_link, firmware, system]\n")
}

// How one router is probed: so often before, and in each round so often in slices.
const (
	typicalProbes = 300
	typicalSlice  = 50
	floorTimes    = 5
)

func (b *bench) typicalOf(ctx context.Context, title, more string) error {
	target := routerName(0)
	var all []*asked
	var pairs []*pair
	what := table{columns: []string{title, "requests", "series", "text", "gzip"}}
	for _, s := range b.subjects {
		p, err := b.startPair(ctx, s, more)
		if err != nil {
			return err
		}
		plain, err := b.startPair(ctx, s, more) // in a process of its own, or its time could not be told apart
		if err != nil {
			return err
		}
		plain.exporter.plain = true
		pairs = append(pairs, p, plain)
		floorName := "floor of " + s.name
		all = append(all,
			&asked{name: floorName, client: p.floor.client, pid: p.floor.pid(), target: target, times: floorTimes},
			&asked{name: s.name, client: p.exporter.client, pid: p.exporter.pid(), target: target, per: floorName},
			&asked{name: s.name + ", not compressed", client: plain.exporter.client, pid: plain.exporter.pid(), target: target, per: floorName})
		what.add(s.name, fmt.Sprint(p.requests), fmt.Sprint(p.text.series()), bytesText(float64(len(p.text))), bytesText(float64(p.zipped)))
	}
	what.write(b.out)
	if err := probeInTurn(ctx, all, 1+rounds, typicalProbes, typicalSlice); err != nil {
		return err
	}
	for _, one := range all { // the first round was the warm-up
		one.cpu, one.wall = one.cpu[1:], one.wall[1:]
	}
	if err := b.showTypical(all); err != nil {
		return err
	}
	for _, p := range pairs {
		if err := p.stop(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) showTypical(all []*asked) error {
	results := table{columns: []string{fmt.Sprintf("%d rounds of %d probes", rounds, typicalProbes), "CPU ms a probe", "÷ its floor", "÷ " + b.subjects[0].name, "wall ms", "RSS", "peak RSS"}}
	byName := map[string]*asked{}
	for _, one := range all {
		byName[one.name] = one
	}
	for _, one := range all {
		memory, err := residentOf(one.pid)
		if err != nil {
			return err
		}
		overFloor, overFirst := "", ""
		if of := byName[one.per]; of != nil {
			overFloor = one.cpu.over(of.cpu).show(2)
			overFirst = one.cpu.over(byName[b.subjects[0].name].cpu).show(2)
		}
		results.add(one.name, one.cpu.show(3), overFloor, overFirst, one.wall.show(2), bytesText(float64(memory.now)), bytesText(float64(memory.peak)))
	}
	results.write(b.out)
	return nil
}
