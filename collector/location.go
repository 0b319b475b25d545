package collector

import "github.com/peplink-exporter/peplink_exporter/peplink"

var locationTables = []documented{&locationTable}

// CollectLocation adds where the router is.
func CollectLocation(answer *peplink.Location, view *View, into *Families) {
	locationTable.collect(&location{
		Position: answer.Here(), gps: answer.GPS, shown: view.Expose.Location && answer.GPS.True(),
	}, into)
}

// location is where the router is, as the table sees it.
type location struct {
	*peplink.Position
	gps   peplink.Bool
	shown bool
}

var locationTable = newTable(nil, nil,
	flag("peplink_location_fix", "Whether the router knows where it is.", "gps",
		func(l *location) peplink.Bool { return l.gps }),
	coordinate("peplink_location_latitude_degrees", "Latitude, north positive.", "latitude",
		func(p *peplink.Position) peplink.Number { return p.Latitude }),
	coordinate("peplink_location_longitude_degrees", "Longitude, east positive.", "longitude",
		func(p *peplink.Position) peplink.Number { return p.Longitude }),
	coordinate("peplink_location_altitude_meters", "Height above sea level.", "altitude",
		func(p *peplink.Position) peplink.Number { return p.Altitude }),
	coordinate("peplink_location_fix_timestamp_seconds", "When the position was determined, unix time.", "timestamp",
		func(p *peplink.Position) peplink.Number { return p.Timestamp }),
)

// coordinate is a row of a position. It is personal, and an old one where there is no fix.
func coordinate(name, help, source string, field func(*peplink.Position) peplink.Number) metric[location] {
	return gauge(name, help+" Only with `expose: location`, and while there is a fix.", "location."+source+", or "+source,
		func(l *location) (float64, bool) {
			value, ok := field(l.Position).Value()
			return value, ok && l.shown
		})
}
