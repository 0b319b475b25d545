package collector

import (
	"slices"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var allowanceTables = []documented{&allowanceTable}

// allowance is the data allowance of a WAN or of one of its SIMs, as the table sees it.
type allowance struct {
	*peplink.Allowance
	wanID, wan string
	sim        string // "" for a WAN without SIMs
	view       *View
}

func (a *allowance) labels() []string { return []string{a.wanID, a.wan, a.sim} }

// CollectAllowances adds the data allowances of WANs and SIMs.
func CollectAllowances(allowances *peplink.Allowances, view *View, into *Families) {
	entries := allowances.Entries()
	for i := range entries {
		entry := &entries[i]
		a := &allowance{Allowance: &entry.Value.Whole, wanID: entry.ID, wan: view.WANs[entry.ID].Name, view: view}
		sims := entry.Value.BySIM.Entries()
		if len(sims) == 0 {
			allowanceTable.collect(a, into)
		}
		for i := range sims {
			a.Allowance, a.sim = &sims[i].Value, simName(sims[i].ID)
			allowanceTable.collect(a, into)
		}
	}
}

// cycle returns when the running cycle began, and when the next one begins.
func (a *allowance) cycle() (start, end time.Time, ok bool) {
	day, ok := a.Start.Value()
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	now := a.view.Now.In(a.view.TimeZone)
	start = cycleStart(now.Year(), now.Month(), day, now.Location())
	if start.After(now) {
		end = start
		return cycleStart(now.Year(), now.Month()-1, day, now.Location()), end, true
	}
	return start, cycleStart(now.Year(), now.Month()+1, day, now.Location()), true
}

// cycleStart is the midnight at which a month's cycle begins. Day 0 stands for the last
// day of the month (API document, Allowance_Obj), and so does a day the month lacks. Where
// the clock is put forward at midnight the day begins later, and where it is put back to
// midnight the first one counts.
func cycleStart(year int, month time.Month, day int, zone *time.Location) time.Time {
	last := time.Date(year, month+1, 0, 0, 0, 0, 0, zone).Day()
	if day == 0 || day > last {
		day = last
	}
	start := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if start.Day() != day { // an hour too early
		_, start = start.ZoneBounds()
	}
	if before := start.Add(-time.Hour); before.Day() == day {
		start = before
	}
	return start
}

var allowanceTable = newTable(slices.Concat(wanLabels, []string{"sim"}), (*allowance).labels,
	flag("peplink_allowance_enabled", "Whether the allowance is monitored.", "enable",
		func(a *allowance) peplink.Bool { return a.Enable }),
	gauge("peplink_allowance_usage_bytes", "Data used in the running cycle. The router counts in MB of 1048576 bytes.", "usage, unit",
		func(a *allowance) (float64, bool) { return a.UsageBytes() }),
	gauge("peplink_allowance_limit_bytes", "Data allowed in a cycle. Absent where there is no limit.", "limit, unit",
		func(a *allowance) (float64, bool) { return a.LimitBytes() }),
	gauge("peplink_allowance_cycle_start_timestamp_seconds", "When the running cycle began, unix time.", "start",
		func(a *allowance) (float64, bool) {
			start, _, ok := a.cycle()
			return float64(start.Unix()), ok
		}),
	gauge("peplink_allowance_cycle_end_timestamp_seconds", "When the next cycle begins, unix time.", "start",
		func(a *allowance) (float64, bool) {
			_, end, ok := a.cycle()
			return float64(end.Unix()), ok
		}),
)
