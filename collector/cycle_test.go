package collector_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

// oddCycles are cycles in zones and on days that are not like others.
var oddCycles = []struct {
	name, zone, now, day string
	start, end           string
}{
	// In Cairo the clock goes from 0:00 to 1:00 on 24 April 2026: that day begins at 1:00.
	{"no midnight, within", "Africa/Cairo", "2026-04-25T12:00:00Z", "24", "2026-04-24T01:00:00+03:00", "2026-05-24T00:00:00+03:00"},
	{"no midnight, next", "Africa/Cairo", "2026-04-20T12:00:00Z", "24", "2026-03-24T00:00:00+02:00", "2026-04-24T01:00:00+03:00"},
	{"no midnight, a second before", "Africa/Cairo", "2026-04-23T21:59:59Z", "24", "2026-03-24T00:00:00+02:00", "2026-04-24T01:00:00+03:00"},
	{"no midnight, at once", "Africa/Cairo", "2026-04-23T22:00:00Z", "24", "2026-04-24T01:00:00+03:00", "2026-05-24T00:00:00+03:00"},
	// In Santiago it does so on 6 September 2026.
	{"no midnight in the south", "America/Santiago", "2026-09-10T12:00:00Z", "6", "2026-09-06T01:00:00-03:00", "2026-10-06T00:00:00-03:00"},
	// On the Azores it goes from 1:00 back to 0:00 on 25 October 2026: the first of both counts.
	{"two midnights, between them", "Atlantic/Azores", "2026-10-25T00:30:00Z", "25", "2026-10-25T00:00:00Z", "2026-11-25T00:00:00-01:00"},
	{"two midnights, before both", "Atlantic/Azores", "2026-10-24T23:59:59Z", "25", "2026-09-25T00:00:00Z", "2026-10-25T00:00:00Z"},
	{"two midnights, after both", "Atlantic/Azores", "2026-11-15T12:00:00Z", "25", "2026-10-25T00:00:00Z", "2026-11-25T00:00:00-01:00"},
	{"no midnight behind UTC", "Atlantic/Azores", "2026-04-10T12:00:00Z", "29", "2026-03-29T01:00:00Z", "2026-04-29T00:00:00Z"},

	{"far ahead, the month before in UTC", "Pacific/Kiritimati", "2026-02-28T10:00:00Z", "0", "2026-02-28T00:00:00+14:00", "2026-03-31T00:00:00+14:00"},
	{"far ahead, March already", "Pacific/Kiritimati", "2026-02-28T10:00:01Z", "1", "2026-03-01T00:00:00+14:00", "2026-04-01T00:00:00+14:00"},
	{"far behind, February still", "Pacific/Pago_Pago", "2026-03-01T10:59:59Z", "28", "2026-02-28T00:00:00-11:00", "2026-03-28T00:00:00-11:00"},
	{"far behind, March at last", "Pacific/Pago_Pago", "2026-03-01T11:00:00Z", "1", "2026-03-01T00:00:00-11:00", "2026-04-01T00:00:00-11:00"},
	{"a quarter of an hour", "Asia/Kathmandu", "2026-03-30T18:14:59Z", "31", "2026-02-28T00:00:00+05:45", "2026-03-31T00:00:00+05:45"},

	{"28 in February", "UTC", "2026-02-28T00:00:00Z", "28", "2026-02-28T00:00:00Z", "2026-03-28T00:00:00Z"},
	{"28 in a leap year", "UTC", "2028-02-29T12:00:00Z", "28", "2028-02-28T00:00:00Z", "2028-03-28T00:00:00Z"},
	{"29 on the 29th of February", "UTC", "2028-02-29T00:00:00Z", "29", "2028-02-29T00:00:00Z", "2028-03-29T00:00:00Z"},
	{"0 on the 29th of February", "UTC", "2028-02-29T00:00:00Z", "0", "2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"},
	{"31 on the last day of April", "UTC", "2026-04-29T23:59:59Z", "31", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"},
}

func TestOddCycles(t *testing.T) {
	for _, test := range oddCycles {
		t.Run(test.name, func(t *testing.T) {
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			router := simulate(t)
			router.Clock().Set(instant(t, test.now))
			router.change(allowanceEndpoint, "/1/start", json.RawMessage(test.day))
			samples := router.samples(func(v *collector.View) { v.TimeZone = zone })
			checkInstant(t, samples, cycleStart, test.start)
			checkInstant(t, samples, cycleEnd, test.end)
		})
	}
}

// The exporter's clock says which cycle it is. That of a router may be wrong by hours, or
// by years after a start without a network.
func TestClockOfTheRouterDoesNotCount(t *testing.T) {
	router := simulate(t)
	router.Clock().Set(instant(t, "2026-03-14T23:30:00Z"))
	for _, timestamp := range []int64{0, 1, instant(t, "2026-03-15T05:30:00Z").Unix(), instant(t, "2026-03-14T17:30:00Z").Unix()} {
		router.change(wanEndpoint, "/timestamp", timestamp)
		router.change(allowanceEndpoint, "/1/start", 15)
		samples := router.samples(func(v *collector.View) { v.TimeZone = time.UTC })
		checkInstant(t, samples, cycleStart, "2026-02-15T00:00:00Z")
		checkInstant(t, samples, cycleEnd, "2026-03-15T00:00:00Z")
	}
}
