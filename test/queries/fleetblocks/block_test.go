package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/prometheus/tsdb"
)

// What is written is a block that Prometheus opens, with every router, what is recorded of it, and the alerts of some.
func TestWrittenBlock(t *testing.T) {
	pages, out := t.TempDir(), t.TempDir()
	rules := filepath.Join(t.TempDir(), "rules.yml")
	for file, text := range map[string]string{
		filepath.Join(pages, "bus.prom"):     "# TYPE peplink_up gauge\npeplink_up 1\n# TYPE a_total counter\na_total{wan_id=\"1\"} 8000\n",
		filepath.Join(pages, "metrics.prom"): "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n",
		rules: "groups: [{name: a, rules: [{record: 'x:y', expr: 'rate(a_total[5m])'}, {record: 'x:z', expr: 'x:y * 2'}," +
			" {alert: A, expr: 'peplink_up == 1', labels: {severity: info}}]}]",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run(pages, rules, out, 40, newClock(time.Now(), 24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	blocks, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(blocks) != 1 {
		t.Fatalf("blocks: %v (%v), want one", blocks, err)
	}
	block, err := tsdb.OpenBlock(nil, blocks[0], nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer block.Close()
	// 40 routers with up, peplink_up, a_total, x:y and x:z, of which two fire A; and the exporter's up and h.
	if got, want := block.Meta().Stats.NumSeries, uint64(40*5+2+5); got != want {
		t.Errorf("%d series, want %d", got, want)
	}
	// A sample a minute and both ends; rates begin with the second.
	perRouter := uint64(3*1441 + 2*1440)
	if got, want := block.Meta().Stats.NumSamples, 40*perRouter+2*1441+5*1441; got != want {
		t.Errorf("%d samples, want %d", got, want)
	}
}
