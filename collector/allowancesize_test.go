package collector_test

import (
	"context"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func askAllowances(client *peplink.Client, ctx context.Context) (*peplink.Answer[peplink.Allowances], error) { //nolint:revive // in the order of a method expression
	return client.Allowances(ctx, func(context.Context) ([]string, error) { return nil, nil })
}

func TestAllowanceSizes(t *testing.T) {
	usage := func(value string) string { return `allowance_usage_bytes{sim="",wan="",wan_id="1"} ` + value }
	limit := func(value string) string { return `allowance_limit_bytes{sim="",wan="",wan_id="1"} ` + value }
	check(t, map[string]example{
		"MB":             {`{"1": {"usage": 2, "limit": 3, "unit": "MB"}}`, []string{limit("3.145728e+06"), usage("2.097152e+06")}, 0},
		"GB":             {`{"1": {"usage": "0.5", "unit": "GB"}}`, []string{usage("5.36870912e+08")}, 0},
		"no unit":        {`{"1": {"usage": 1}}`, []string{usage("1.048576e+06")}, 0},
		"nothing used":   {`{"1": {"usage": 0, "limit": 0}}`, []string{usage("0")}, 0},
		"below nothing":  {`{"1": {"usage": -1, "limit": -5}}`, nil, 2},
		"beyond numbers": {`{"1": {"usage": 1e308, "limit": "1e305", "unit": "GB"}}`, nil, 2},
		"unknown unit":   {`{"1": {"usage": 1, "limit": 1, "unit": "TiB"}}`, nil, 1},
		"of no use":      {`{"1": {"usage": "much", "limit": null}}`, nil, 1},
	}, askAllowances, collector.CollectAllowances, &collector.View{})
}

// The SIMs of a modem have the same names as elsewhere.
func TestSIMNamesOfAllowances(t *testing.T) {
	enabled := func(sim string) string { return `allowance_enabled{sim="` + sim + `",wan="Modem",wan_id="2"} 1` }
	check(t, map[string]example{
		"slots": {
			`{"2": {"1": {"enable": true}, "3": {"enable": true}, "remoteSim": {"enable": true}, "fusionSim": {"enable": true},
				"eSim1": {"enable": true}, "speedfusionConnect5gLte": {"enable": true}, "order": [1, 3]}}`,
			[]string{enabled("1"), enabled("3"), enabled("e_sim1"), enabled("fusion_sim"), enabled("remote"), enabled("speedfusion_connect")},
			0,
		},
	}, askAllowances, collector.CollectAllowances, &collector.View{WANs: known(collector.KnownWAN{ID: "2", Name: "Modem"})})
}
