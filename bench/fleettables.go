package main

import "fmt"

// showFleet is what the scrapes of one form cost each.
func (b *bench) showFleet(form fleetForm, all []*scraped) {
	generic := all[len(all)-1]
	costs := table{columns: []string{
		fmt.Sprintf("%d routers every %v, %d rounds", form.routers, form.interval, form.rounds),
		"CPU ms a probe", "÷ generic", "cores", "RSS at rest", "RSS a router", "peak RSS", "goroutines at rest",
	}}
	service := table{columns: []string{
		"the same scrapes", "scrapes", "failed", "partly failed", "grants", "handshakes after warm-up",
		"own time of router p50 ms", "over it p50 ms", "p99 ms",
	}}
	for _, one := range all {
		costs.add(one.name, one.cpu.show(2), one.cpu.over(generic.cpu).show(2), fmt.Sprintf("%.3f", one.cores),
			bytesText(float64(one.rest.now)), bytesText(float64(one.rest.now)/float64(form.routers)), bytesText(float64(one.rest.peak)), one.goroutines)
		service.add(one.name, fmt.Sprint(one.scrapes), fmt.Sprint(one.failed), fmt.Sprint(one.partly), fmt.Sprint(one.grants), fmt.Sprint(one.handshakes),
			fmt.Sprintf("%.0f", one.ofRouters.quantile(.5)), fmt.Sprintf("%.1f", one.over.quantile(.5)), fmt.Sprintf("%.1f", one.over.quantile(.99)))
	}
	costs.write(b.out)
	service.write(b.out)
}

// showKept is what each exporter holds for a router after its first poll.
func (b *bench) showKept(form fleetForm, all []*scraped) {
	memory := table{columns: []string{
		fmt.Sprintf("a router, after %d were polled once", form.routers),
		"heap allocated", "heap in use", "stacks", "RSS", "heap in use before", "after", "÷ routers, with all else",
	}}
	for _, one := range all {
		row := []string{one.name}
		for i, after := range one.kept.after {
			row = append(row, bytesText((after-one.kept.before[i])/float64(form.routers)))
		}
		before, after := one.kept.before[1], one.kept.after[1]
		memory.add(append(row, bytesText(before), bytesText(after), bytesText(after/float64(form.routers)))...)
	}
	memory.write(b.out)
	b.say("As /metrics tells, after two collections of garbage (driven by requests for /sd) and a rest, before and after the polls.\n")
}
