package collector

import (
	"cmp"
	"maps"
	"slices"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var clientTables = []documented{&clientTable}

// CollectClients adds how many devices are behind the router.
func CollectClients(clients *peplink.Clients, _ *View, into *Families) {
	counts := map[clientKind]int{}
	for kind, count := range clients.Counts {
		counts[clientKind{kind.ConnectionType.String(), boolLabel(kind.Active)}] += count
	}
	for _, kind := range slices.SortedFunc(maps.Keys(counts), clientKind.compare) {
		clientTable.collect(&clientCount{kind, counts[kind]}, into)
	}
}

// clientKind is what clients are counted by.
type clientKind struct{ connectionType, active string }

func (k clientKind) compare(other clientKind) int {
	return cmp.Or(cmp.Compare(k.connectionType, other.connectionType), cmp.Compare(k.active, other.active))
}

// clientCount is how many clients there are of a kind, as the table sees it.
type clientCount struct {
	clientKind
	count int
}

func (c *clientCount) labels() []string { return []string{c.connectionType, c.active} }

var clientTable = newTable([]string{"connection_type", "active"}, (*clientCount).labels,
	gauge("peplink_clients", "Devices behind the router. Who they are is not told.", "list[].connectionType, active",
		func(c *clientCount) (float64, bool) { return float64(c.count), true }),
)
