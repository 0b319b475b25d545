package collector_test

import (
	"testing"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

const position = `"latitude": 52.52, "longitude": "13.405", "altitude": 34, "speed": 0, "heading": 12, "hdop": 0.9, "timestamp": 1773480000`

func TestLocation(t *testing.T) {
	all := []string{
		`location_altitude_meters 34`,
		`location_fix 1`,
		`location_fix_timestamp_seconds 1.77348e+09`,
		`location_latitude_degrees 52.52`,
		`location_longitude_degrees 13.405`,
	}
	check(t, map[string]example{
		"nested":            {`{"gps": true, "location": {` + position + `}}`, all, 0},
		"flat":              {`{"gps": true, ` + position + `}`, all, 0},
		"no fix, old point": {`{"gps": false, "location": {` + position + `}}`, []string{`location_fix 0`}, 0},
		"fix not told":      {`{"location": {` + position + `}}`, nil, 0},
		"fix, no point":     {`{"gps": true}`, []string{`location_fix 1`}, 0},
		"in part":           {`{"gps": true, "location": {"latitude": 0, "longitude": null}}`, []string{`location_fix 1`, `location_latitude_degrees 0`}, 0},
		"garbled":           {`{"gps": "yes", "location": {"latitude": "north"}}`, nil, 2},
	}, (*peplink.Client).Location, collector.CollectLocation, &collector.View{Expose: collector.Expose{Location: true}})
}

func TestLocationIsHidden(t *testing.T) {
	check(t, map[string]example{
		"nested": {`{"gps": true, "location": {` + position + `}}`, []string{`location_fix 1`}, 0},
		"flat":   {`{"gps": true, ` + position + `}`, []string{`location_fix 1`}, 0},
	}, (*peplink.Client).Location, collector.CollectLocation, &collector.View{Expose: collector.Expose{Addresses: true, Subscriber: true}})
}
