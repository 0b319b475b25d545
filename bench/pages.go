package main

import (
	"context"
	"fmt"
)

// shown is what a page of all targets took, by round.
type shown struct {
	size           float64 // bytes
	cpu, wall      spread  // milliseconds
	allocated      spread  // MiB in all, garbage too
	before, atPeak spread  // RSS, MiB
}

// pages asks for each page that lists all targets, each time of an exporter that has
// shown nothing yet: what a page needs it would else find in the garbage of another.
func (b *bench) pages(ctx context.Context) error {
	count := 5000
	if b.long {
		count = 50_000
	}
	configuration := nobodyNamed(count, routerName).yaml()
	results := table{columns: []string{
		fmt.Sprintf("%d targets, %d rounds", count, rounds), "size", "CPU ms", "wall ms", "allocated MiB", "RSS before MiB", "more at its peak MiB",
	}}
	for _, s := range b.subjects {
		for _, path := range []string{"/sd", "/config", "/"} {
			var page shown
			for range rounds {
				if err := b.page(ctx, s, configuration, path, &page); err != nil {
					return err
				}
			}
			results.add(s.name+" "+path, bytesText(page.size), page.cpu.show(0), page.wall.show(0), page.allocated.show(1),
				page.before.show(1), page.atPeak.minus(page.before).show(1))
		}
	}
	results.write(b.out)
	return nil
}

// page asks an exporter that has just started for one page.
func (b *bench) page(ctx context.Context, s subject, configuration []byte, path string, page *shown) error {
	e, err := b.startExporter(ctx, s, configuration)
	if err != nil {
		return err
	}
	if err := e.settle(ctx, "/metrics"); err != nil {
		return err
	}
	e.plain = true
	if err := resetPeak(e.pid()); err != nil {
		return err
	}
	before, err := e.look(ctx)
	if err != nil {
		return err
	}
	a, err := e.get(ctx, path)
	if err != nil {
		return err
	}
	after, err := e.look(ctx)
	if err != nil {
		return err
	}
	page.size = float64(len(a.text))
	page.cpu = append(page.cpu, (after.used-before.used).Seconds()*1000)
	page.wall = append(page.wall, a.took.Seconds()*1000)
	page.allocated = append(page.allocated, (after.allocated-before.allocated)/(1<<20))
	page.before = append(page.before, float64(before.now)/(1<<20))
	page.atPeak = append(page.atPeak, float64(after.peak)/(1<<20))
	return e.stop()
}
