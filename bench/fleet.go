package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// thinking is how long a router of a fleet takes to think before each answer.
const thinking = 20 * time.Millisecond

// fleetForm is how large a fleet is, and how it is scraped.
type fleetForm struct {
	routers  int
	interval time.Duration
	rounds   int
}

// fleetForms of a run, the long form's last.
func (b *bench) fleetForms() []fleetForm {
	switch {
	case len(b.fleets) > 0:
		return b.fleets
	case b.long:
		return []fleetForm{{1000, 15 * time.Second, 12}, {5000, 30 * time.Second, 4}}
	}
	return []fleetForm{{200, 2 * time.Second, 10}}
}

func (b *bench) addFleet(text string) error {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return errors.New("write ROUTERS/INTERVAL/ROUNDS, such as 200/2s/10")
	}
	routers, errRouters := strconv.Atoi(parts[0])
	interval, errInterval := time.ParseDuration(parts[1])
	rounds, errRounds := strconv.Atoi(parts[2])
	b.fleets = append(b.fleets, fleetForm{routers, interval, rounds})
	if routers < 1 || interval <= 0 || rounds < 1 {
		return errors.Join(errors.New("three positive numbers are wanted"), errRouters, errInterval, errRounds)
	}
	return nil
}

// scraped is what a fleet's scrapes cost one exporter, or the generic prober.
type scraped struct {
	name            string
	scrapes         int
	failed, partly  int
	cpu             spread // milliseconds a probe, by round
	cores           float64
	rest            resident
	goroutines      string
	handshakes      int64 // after each router was polled once
	grants          int64 // in all
	over, ofRouters spread
	kept            *kept
}

// kept is what an exporter holds, as its /metrics tell after it has collected its
// garbage: heap allocated, heap in use, stacks, RSS, in bytes.
type kept struct{ before, after []float64 }

// fleet is section 4: many routers, scraped as by Prometheus.
func (b *bench) fleet(ctx context.Context) error {
	for _, form := range b.fleetForms() {
		var all []*scraped
		for _, s := range b.subjects {
			one, err := b.scrapeFleet(ctx, s, form)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		one, err := b.scrapeGenerically(ctx, form)
		if err != nil {
			return err
		}
		b.showFleet(form, append(all, one))
		b.showKept(form, all)
	}
	return nil
}

// scrapeFleet runs an exporter on a fleet.
func (b *bench) scrapeFleet(ctx context.Context, s subject, form fleetForm) (*scraped, error) {
	r, err := b.startRouters(ctx, fmt.Sprintf("--count=%d", form.routers), fmt.Sprintf("--delay=%s", thinking))
	if err != nil {
		return nil, err
	}
	e, err := b.startExporter(ctx, s, configurationFor(r, ""))
	if err != nil {
		return nil, err
	}
	scrapes := &schedule{client: e.client, targets: routerNames(form.routers), interval: form.interval, patience: 30 * time.Second}
	k, err := e.pollOnce(ctx, scrapes)
	if err != nil {
		return nil, err
	}
	result, err := scrapeRounds(ctx, scrapes, r, e.process, form)
	if err != nil {
		return nil, err
	}
	goroutines, err := e.values(ctx, "go_goroutines")
	if err != nil {
		return nil, err
	}
	result.name, result.kept, result.goroutines = s.name, k, fmt.Sprint(goroutines[0])
	return result, errors.Join(e.stop(), r.stop())
}

// pollOnce polls every router once, and measures what is kept of them from then on.
func (e *exporter) pollOnce(ctx context.Context, scrapes *schedule) (*kept, error) {
	series := []string{
		"go_memstats_heap_alloc_bytes", "go_memstats_heap_inuse_bytes", "go_memstats_stack_inuse_bytes", "process_resident_memory_bytes",
	}
	look := func() ([]float64, error) {
		if err := e.settle(ctx, "/sd"); err != nil {
			return nil, err
		}
		return e.values(ctx, series...)
	}
	before, err := look()
	if err != nil {
		return nil, err
	}
	scrapes.once(ctx)
	after, err := look()
	if err != nil {
		return nil, err
	}
	for _, one := range scrapes.scrapes {
		if one.failed {
			return nil, fmt.Errorf("router %d was not up when polled for the first time", one.target)
		}
	}
	scrapes.scrapes = nil
	return &kept{before, after}, nil
}

// scrapeRounds scrapes as the form says. Every router has been polled before.
func scrapeRounds(ctx context.Context, scrapes *schedule, r *routers, p *process, form fleetForm) (*scraped, error) {
	before, err := r.counters(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.clear(ctx); err != nil {
		return nil, err
	}
	var used []time.Duration
	scrapes.atRound = func() error {
		now, err := processorTime(p.pid())
		used = append(used, now)
		return err
	}
	began := time.Now()
	if err := scrapes.run(ctx, form.rounds); err != nil {
		return nil, err
	}
	result := &scraped{scrapes: len(scrapes.scrapes), goroutines: "–"}
	result.cores = (used[form.rounds] - used[0]).Seconds() / time.Since(began).Seconds()
	for i := range form.rounds {
		result.cpu = append(result.cpu, (used[i+1]-used[i]).Seconds()*1000/float64(form.routers))
	}
	for _, one := range scrapes.scrapes {
		if one.failed {
			result.failed++
		} else if one.partly {
			result.partly++
		}
	}
	return result, result.after(ctx, scrapes, r, p, before)
}

// after looks at exporter and routers once all scrapes are over.
func (s *scraped) after(ctx context.Context, scrapes *schedule, r *routers, p *process, before counters) (err error) {
	if err := p.rest(ctx); err != nil {
		return err
	}
	if s.rest, err = residentOf(p.pid()); err != nil {
		return err
	}
	after, err := r.counters(ctx)
	if err != nil {
		return err
	}
	log, err := r.log(ctx)
	if err != nil {
		return err
	}
	s.handshakes, s.grants = after.since(before).Handshakes, after.grants()
	s.over, s.ofRouters = overRouters(scrapes.scrapes, log)
	return nil
}

// scrapeGenerically has the generic prober scrape a fleet. It is given a token for each
// router, which somebody would have to keep valid.
func (b *bench) scrapeGenerically(ctx context.Context, form fleetForm) (*scraped, error) {
	r, err := b.startRouters(ctx, fmt.Sprintf("--count=%d", form.routers), fmt.Sprintf("--delay=%s", thinking))
	if err != nil {
		return nil, err
	}
	var targets []string
	for _, url := range r.URLs {
		opened, err := r.open(ctx, url)
		if err != nil {
			return nil, err
		}
		targets = append(targets, url+"/api/status.wan.connection?accessToken="+opened.token)
	}
	var told struct {
		URL string `json:"url"`
	}
	p, err := b.startTelling(ctx, b.helper("generic"), nil, &told)
	if err != nil {
		return nil, err
	}
	scrapes := &schedule{client: newClient(told.URL), targets: targets, interval: form.interval, patience: 30 * time.Second}
	scrapes.once(ctx)
	scrapes.scrapes = nil
	result, err := scrapeRounds(ctx, scrapes, r, p, form)
	if err != nil {
		return nil, err
	}
	result.name = "generic prober, 1 endpoint"
	return result, errors.Join(p.stop(), r.stop())
}
