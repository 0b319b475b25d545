package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestTraffic(t *testing.T) {
	check(t, map[string]example{
		"firmware 8.5.1": {
			`{
			"lifetime": {"timestamp": 1773480413, "datetime": "x", "unit": "MB", "all": {"overall": {"download": 3, "upload": 1}}, "order": ["all"]},
			"bandwidth": {"timestamp": 1773480413, "unit": "kbps", "order": [1],
				"1": {"name": "other", "portType": "ethernet", "virtual": false, "overall": {"download": 2342, "upload": 1634}, "details": {"http": {"download": 5}}}},
			"traffic": {"timestamp": 1773480413, "unit": "MB", "order": [1], "1": {"name": "other", "overall": {"download": 7, "upload": "2"}}}}`,
			[]string{
				`device_receive_bytes_total 3.145728e+06`,
				`device_transmit_bytes_total 1.048576e+06`,
				`wan_receive_bytes_per_second{wan="Fibre",wan_id="1"} 292750`,
				`wan_traffic_receive_bytes{wan="Fibre",wan_id="1"} 7.340032e+06`,
				`wan_traffic_transmit_bytes{wan="Fibre",wan_id="1"} 2.097152e+06`,
				`wan_transmit_bytes_per_second{wan="Fibre",wan_id="1"} 204250`,
			},
			0,
		},
		"one section, no unit": {
			`{"bandwidth": {"1": {"overall": {"download": 8, "upload": 0}}}}`,
			[]string{
				`wan_receive_bytes_per_second{wan="Fibre",wan_id="1"} 1000`,
				`wan_transmit_bytes_per_second{wan="Fibre",wan_id="1"} 0`,
			},
			0,
		},
		"a WAN that the list lacks": {
			`{"bandwidth": {"7": {"name": "told here", "overall": {"upload": 8}}}}`,
			[]string{`wan_transmit_bytes_per_second{wan="",wan_id="7"} 1000`},
			0,
		},
		"all is no WAN":   {`{"bandwidth": {"all": {"overall": {"upload": 8}}}, "traffic": {"all": {"overall": {"upload": 8}}}}`, nil, 0},
		"nothing":         {`{}`, nil, 0},
		"no traffic":      {`{"bandwidth": {"1": {"overall": {"download": null, "upload": ""}}}}`, nil, 0},
		"negative":        {`{"lifetime": {"all": {"overall": {"download": -3, "upload": -1}}}}`, nil, 2},
		"unknown unit":    {`{"bandwidth": {"unit": "furlongs", "1": {"overall": {"upload": 8}}}}`, nil, 1},
		"not finite":      {`{"lifetime": {"unit": "GB", "all": {"overall": {"download": 1e308}}}}`, nil, 1},
		"wrong types":     {`{"traffic": {"1": {"overall": {"download": true, "upload": "many"}}}}`, nil, 2},
		"section is none": {`{"traffic": "x", "bandwidth": 5}`, nil, 2},
	}, (*peplink.Client).Traffic, collector.CollectTraffic, &collector.View{WANs: known(collector.KnownWAN{ID: "1", Name: "Fibre"})})
}
