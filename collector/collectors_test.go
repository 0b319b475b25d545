package collector_test

import (
	"slices"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

func TestCollectorNames(t *testing.T) {
	names, defaults := collector.Names(), collector.DefaultNames()
	if len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("%q holds a name twice", names)
	}
	if !slices.Equal(names[:2], []string{"wan", "allowance"}) {
		t.Errorf("%q does not begin with wan, allowance", names)
	}
	for _, name := range defaults {
		if !slices.Contains(names, name) {
			t.Errorf("default %s is no collector", name)
		}
	}
	for _, name := range []string{"wan", "allowance"} {
		if !slices.Contains(defaults, name) {
			t.Errorf("%s is off by default", name)
		}
	}
}
