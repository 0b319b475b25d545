package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// startTargets is how many targets there are at start and reload.
const startTargets = 5000

// startup is section 6: how long until an exporter of many targets serves, what a reload
// costs, what pages of many targets take, and how large the program is.
func (b *bench) startup(ctx context.Context) error {
	loading := table{columns: []string{
		fmt.Sprintf("%d targets, secrets in files, %d rounds", startTargets, rounds),
		"ready ms", "CPU ms", "RSS when ready", "reload ms", "reload CPU ms", "peak RSS of reloads",
	}}
	first := table{columns: []string{
		fmt.Sprintf("%d routers, in the first second", startTargets), "requests without a scrape", "scrapes (30 s interval)", "grants", "handshakes",
	}}
	size := table{columns: []string{"program", "size", "stripped"}}
	for _, s := range b.subjects {
		row, err := b.load(ctx, s)
		if err != nil {
			return err
		}
		loading.add(row...)
		if row, err = b.firstSecond(ctx, s); err != nil {
			return err
		}
		first.add(row...)
		whole, stripped, err := programSize(s.program)
		if err != nil {
			return err
		}
		size.add(s.name, bytesText(float64(whole)), bytesText(float64(stripped)))
	}
	loading.write(b.out)
	first.write(b.out)
	size.write(b.out)
	return b.pages(ctx)
}

// load starts an exporter of many targets again and again, and reloads its
// configuration.
func (b *bench) load(ctx context.Context, s subject) ([]string, error) {
	configuration, err := b.withSecretFiles(startTargets)
	if err != nil {
		return nil, err
	}
	var ready, readyCPU, rss, reload, reloadCPU, peak spread
	for range rounds {
		e, err := b.startExporter(ctx, s, configuration)
		if err != nil {
			return nil, err
		}
		ready, readyCPU = append(ready, e.ready.Seconds()*1000), append(readyCPU, e.readyCPU.Seconds()*1000)
		rss = append(rss, float64(e.readyRSS)/(1<<20))
		took, used, err := e.reload(ctx)
		if err != nil {
			return nil, err
		}
		reload, reloadCPU = append(reload, took.Seconds()*1000), append(reloadCPU, used.Seconds()*1000)
		memory, err := residentOf(e.pid())
		if err != nil {
			return nil, err
		}
		peak = append(peak, float64(memory.peak)/(1<<20))
		if err := e.stop(); err != nil {
			return nil, err
		}
	}
	return []string{s.name, ready.show(0), readyCPU.show(0), rss.show(1) + " MiB", reload.show(0), reloadCPU.show(0), peak.show(1) + " MiB"}, nil
}

// reload reloads the configuration, which has not changed.
func (e *exporter) reload(ctx context.Context) (took, used time.Duration, err error) {
	before, err := processorTime(e.pid())
	if err != nil {
		return 0, 0, err
	}
	a, err := e.do(ctx, http.MethodPost, "/-/reload")
	if err != nil {
		return 0, 0, err
	}
	after, err := processorTime(e.pid())
	return a.took, after - before, err
}

// firstSecond starts an exporter of many routers and counts what reaches them, first
// without a scrape, then with those of a second.
func (b *bench) firstSecond(ctx context.Context, s subject) ([]string, error) {
	r, err := b.startRouters(ctx, fmt.Sprintf("--count=%d", startTargets), fmt.Sprintf("--delay=%s", thinking))
	if err != nil {
		return nil, err
	}
	e, err := b.startExporter(ctx, s, configurationFor(r, ""))
	if err != nil {
		return nil, err
	}
	if err := wait(ctx, time.NewTimer(0), time.Now().Add(time.Second)); err != nil {
		return nil, err
	}
	alone, err := r.counters(ctx)
	if err != nil {
		return nil, err
	}
	second, end := context.WithTimeout(ctx, time.Second)
	defer end()
	scrapes := &schedule{
		client: e.client, targets: routerNames(startTargets), interval: 30 * time.Second, patience: 30 * time.Second,
		atRound: func() error { return nil },
	}
	_ = scrapes.run(second, 1) // it ends before its round does
	scraped, err := r.counters(ctx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(e.stop(), r.stop()); err != nil {
		return nil, err
	}
	return []string{
		s.name, fmt.Sprint(alone.all()), fmt.Sprint(len(scrapes.scrapes)), fmt.Sprint(scraped.grants()), fmt.Sprint(scraped.Handshakes),
	}, nil
}
