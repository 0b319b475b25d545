package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestLatency(t *testing.T) {
	up := func(value string) string { return `wan_latency_seconds{wan="Fibre",wan_id="1"} ` + value }
	unanswered := func(id, value string) string {
		return `wan_latency_unanswered_ratio{wan="` + map[string]string{"1": "Fibre", "2": "Spare", "9": ""}[id] + `",wan_id="` + id + `"} ` + value
	}
	check(t, map[string]example{
		"answered": {
			`{"1": {"name": "x", "latency": {"pointInterval": 10, "data": [12.1, null, 0, 12]}}, "order": [1]}`,
			[]string{up("0.012"), unanswered("1", "0.5")},
			0,
		},
		"the last is null": {`{"1": {"latency": {"data": [12, null]}}}`, []string{unanswered("1", "0.5")}, 0},
		"the last is 0":    {`{"1": {"latency": {"data": [12, 0]}}}`, []string{unanswered("1", "0.5")}, 0},
		"only the last six count": {
			`{"1": {"latency": {"data": [null, null, null, 1, 2, 3, null, 5, "6"]}}}`,
			[]string{up("0.006"), unanswered("1", "0.16666666666666666")},
			0,
		},
		"down: the last point is an old one": {`{"2": {"latency": {"data": [3, 4]}}}`, []string{unanswered("2", "0")}, 0},
		"not known to be up":                 {`{"9": {"latency": {"data": [3, 4]}}}`, []string{unanswered("9", "0")}, 0},
		"no points":                          {`{"1": {"latency": {"data": []}}, "2": {"latency": {}}, "3": {}}`, nil, 0},
		"the last is garbled":                {`{"1": {"latency": {"data": [3, "x"]}}}`, []string{unanswered("1", "0")}, 1},
		"all of it is garbled":               {`{"1": {"latency": {"data": ["x", true]}}}`, nil, 2},
		"garbled": {
			`{"1": {"latency": {"data": [1, null, "x", -3, 0, 4]}}, "2": {"latency": {"data": "soon"}}, "3": {"latency": 5}}`,
			[]string{up("0.004"), unanswered("1", "0.5")},
			4,
		},
	}, (*peplink.Client).Latencies, collector.CollectLatencies, &collector.View{WANs: known(
		collector.KnownWAN{ID: "1", Name: "Fibre", Up: true}, collector.KnownWAN{ID: "2", Name: "Spare"})})
}
