package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var latencyTables = []documented{&latencyTable}

// CollectLatencies adds how long answers take over the WANs.
func CollectLatencies(latencies *peplink.Latencies, view *View, into *Families) {
	entries := latencies.Entries()
	for i := range entries {
		wan := view.WANs[entries[i].ID]
		latencyTable.collect(&latency{
			Points: &entries[i].Value.Latency.OrZero().Data, wanID: entries[i].ID, wan: wan.Name, up: wan.Up,
		}, into)
	}
}

// latency is the last measurements of a WAN, as the table sees it.
type latency struct {
	*peplink.Points
	wanID, wan string
	up         bool
}

func (l *latency) labels() []string { return []string{l.wanID, l.wan} }

var latencyTable = newTable(wanLabels, (*latency).labels,
	gauge("peplink_wan_latency_seconds", "How long the last answer over the WAN took. Absent while the WAN is not up, and where no answer came.", "<id>.latency.data",
		func(l *latency) (float64, bool) {
			milliseconds, ok := l.Last()
			return milliseconds / 1000, ok && l.up
		}),
	gauge("peplink_wan_latency_unanswered_ratio", "How many of the last 6 measurements brought no answer, 0 to 1.", "<id>.latency.data",
		func(l *latency) (float64, bool) {
			unanswered, of := l.Unanswered()
			return float64(unanswered) / float64(of), of > 0
		}),
)
