package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

func TestSystem(t *testing.T) {
	check(t, map[string]example{
		"device": {
			`{"device": {"serialNumber": "2930-0A11-1012", "name": "bus", "model": "M", "productCode": "P", "hardwareRevision": "3",
				"firmwareVersion": "8.5.1", "host": "h", "pepvpnVersion": "9.2.2", "modemSupport": true, "company": "c", "legal": "l"}}`,
			[]string{`device_info{device="bus",firmware="8.5.1",hardware_revision="3",model="M",pepvpn_version="9.2.2",product_code="P",serial_number="2930-0A11-1012"} 1`},
			0,
		},
		// A healthy router: what the threshold triggers is not known.
		"thermometers": {
			`{"thermalSensor": [{"max": 110.0, "min": -30.0, "threshold": 30.0, "temperature": 37.0}, null, {"max": "95"}]}`,
			[]string{
				`device_temperature_celsius{sensor="1"} 37`,
				`device_temperature_max_celsius{sensor="1"} 110`,
				`device_temperature_max_celsius{sensor="3"} 95`,
				`device_temperature_threshold_celsius{sensor="1"} 30`,
			},
			0,
		},
	}, (*peplink.Client).System, collector.CollectSystem, &collector.View{})
}
