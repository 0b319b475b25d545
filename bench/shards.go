package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// shardedTargets are dealt to that many exporters.
const (
	shardedTargets = 20_000
	shardCount     = 4
)

// namings are ways in which people name routers.
var namings = []struct {
	title string
	name  func(i int) string
}{
	{"bus-00000", func(i int) string { return fmt.Sprintf("bus-%05d", i) }},
	{"bus-0", func(i int) string { return fmt.Sprintf("bus-%d", i) }},
	{"site-000-router-0", func(i int) string { return fmt.Sprintf("site-%03d-router-%d", i/10, i%10) }},
	{"2930-0000-0000 (serial)", func(i int) string { return fmt.Sprintf("2930-%04X-%04d", i/100, i%100*97) }},
	{"even numbers only", func(i int) string { return fmt.Sprintf("r%d.example.net", 2*i) }},
}

// shards is section 7: how evenly /sd?shard=I/N deals targets.
func (b *bench) shards(ctx context.Context) error {
	results := table{columns: []string{fmt.Sprintf("%d targets over %d shards", shardedTargets, shardCount), "0", "1", "2", "3", "least ÷ mean", "most ÷ mean"}}
	for _, s := range b.subjects {
		for _, naming := range namings {
			counts, err := b.deal(ctx, s, naming.name)
			if err != nil {
				return err
			}
			row := []string{s.name + ", " + naming.title}
			for _, count := range counts {
				row = append(row, fmt.Sprint(count))
			}
			const mean = float64(shardedTargets) / shardCount
			results.add(append(row, fmt.Sprintf("%.3f", float64(slices.Min(counts))/mean), fmt.Sprintf("%.3f", float64(slices.Max(counts))/mean))...)
		}
	}
	results.write(b.out)
	return nil
}

// deal asks an exporter for each shard. Together they are to hold every target.
func (b *bench) deal(ctx context.Context, s subject, name func(int) string) (counts []int, err error) {
	c := nobodyNamed(shardedTargets, name)
	e, err := b.startExporter(ctx, s, c.yaml())
	if err != nil {
		return nil, err
	}
	all := 0
	for i := range shardCount {
		a, err := e.get(ctx, fmt.Sprintf("/sd?shard=%d/%d", i, shardCount))
		if err != nil {
			return nil, err
		}
		text, err := a.plainText()
		if err != nil {
			return nil, err
		}
		var groups []struct{ Targets []string }
		if err := json.Unmarshal(text, &groups); err != nil {
			return nil, err
		}
		counts = append(counts, len(groups))
		all += len(groups)
	}
	if all != shardedTargets {
		return nil, fmt.Errorf("%d targets are in the shards, want %d", all, shardedTargets)
	}
	return counts, e.stop()
}
