package collector_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// Families come in the order of their names and labels in that of theirs, as Prometheus
// wants them: nobody sorts them later.
func TestFamiliesAreSorted(t *testing.T) {
	router := simulate(t)
	wans, err := router.client.WANConnections(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := collector.Expose{Addresses: true, Subscriber: true, Location: true}
	families := &collector.Families{}
	collector.CollectWANs(&wans.Value, &collector.View{Expose: all}, families)
	gathered, err := families.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, family := range gathered {
		names = append(names, family.GetName())
		for _, metric := range family.GetMetric() {
			var labels []string
			for _, label := range metric.GetLabel() {
				labels = append(labels, label.GetName())
			}
			if !slices.IsSorted(labels) {
				t.Errorf("labels of %s: %q", family.GetName(), labels)
			}
		}
	}
	if len(names) < 20 || !slices.IsSorted(names) {
		t.Errorf("families %q", names)
	}
	if dropped := families.Dropped(); dropped != 0 {
		t.Errorf("%d things were left out", dropped)
	}
}

// A thing that cannot be told from another is left out with all that belongs to it, and
// counts once.
func TestThingThatIsThereTwice(t *testing.T) {
	long := strings.Repeat("x", 150) // which is cut
	samples := answers(t, wanEndpoint, map[string]string{
		long + "1": cellular(`{"signalLevel":1,"sim":{"1":{"active":true}},"rat":[{"name":"LTE","band":[{"name":"B1","signal":{"rsrp":-90}}]}]}`),
		long + "2": cellular(`{"signalLevel":2,"sim":{"1":{"active":false},"2":{"active":false}},"rat":[{"name":"LTE","band":[{"name":"B2","signal":{"rsrp":-91}}]}]}`),
	})
	want := []float64{-90, 1, 1}
	var got []float64
	for _, name := range []string{"peplink_cellular_rsrp_dbm", "peplink_cellular_signal_level", "peplink_sim_active"} {
		for _, value := range family(t, samples, name, "sim") {
			got = append(got, value)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v: of the first alone", got, want)
	}
	if got := unreadable(t, samples, "wan"); got != 1 {
		t.Errorf("%v left out, want 1", got)
	}
}

// When there is no time left, what is there already is shown.
func TestFillingStops(t *testing.T) {
	router := simulate(t)
	wans, err := router.client.WANConnections(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	things := 0
	families := &collector.Families{Stop: func() bool {
		things++
		return things > 2 // the router's clock and one WAN
	}}
	collector.CollectWANs(&wans.Value, &collector.View{}, families)
	if got := keys(family(t, exposed(t, families), "peplink_wan_enabled", "wan_id")); len(got) != 1 {
		t.Errorf("WANs %q, want one", got)
	}
	if dropped := families.Dropped(); dropped != 0 {
		t.Errorf("%d count as unreadable for lack of time", dropped)
	}
}
