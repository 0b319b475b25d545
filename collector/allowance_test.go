package collector_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

func TestAllowanceBytes(t *testing.T) {
	const mb, gb = 1 << 20, 1 << 30
	samples := answers(t, allowanceEndpoint, map[string]string{
		"MB":               `{"enable":true,"usage":5,"limit":1024,"percent":0,"unit":"MB"}`,
		"GB":               `{"enable":true,"usage":2,"limit":10,"unit":"GB"}`,
		"no unit":          `{"enable":true,"usage":5,"limit":6}`,
		"unknown unit":     `{"enable":true,"usage":5,"limit":6,"unit":"TB"}`,
		"as text":          `{"enable":true,"usage":"5","limit":"6","unit":"MB"}`,
		"beyond the limit": `{"enable":true,"usage":7,"limit":6,"unit":"MB"}`,
		"no limit":         `{"enable":true,"usage":0,"limit":0,"unit":"MB"}`,
		"limit missing":    `{"enable":true,"usage":1,"unit":"MB"}`,
		"switched off":     `{"enable":false}`,
		"off, tracked":     `{"enable":false,"usage":812,"unit":"MB"}`,
		"says nothing":     `{"percent":3}`,
	})
	want := map[string]float64{
		"MB": 5 * mb, "GB": 2 * gb, "no unit": 5 * mb, "as text": 5 * mb, "beyond the limit": 7 * mb,
		"no limit": 0, "limit missing": mb, "off, tracked": 812 * mb,
	}
	if diff := cmp.Diff(want, family(t, samples, "peplink_allowance_usage_bytes", "wan_id")); diff != "" {
		t.Errorf("usage (-want +got):\n%s", diff)
	}
	want = map[string]float64{"MB": gb, "GB": 10 * gb, "no unit": 6 * mb, "as text": 6 * mb, "beyond the limit": 6 * mb}
	if diff := cmp.Diff(want, family(t, samples, "peplink_allowance_limit_bytes", "wan_id")); diff != "" {
		t.Errorf("limit (-want +got):\n%s", diff)
	}
	if got := family(t, samples, "peplink_allowance_enabled", "wan_id"); len(got) != 10 || got["switched off"] != 0 || got["MB"] != 1 {
		t.Errorf("enabled: %v", got)
	}
	if got := unreadable(t, samples, "allowance"); got != 1 {
		t.Errorf("%v unreadable fields, want 1: the unknown unit", got)
	}
}

// SIMs have an allowance each; which shape it is can be told only by looking.
func TestAllowancesOfSIMs(t *testing.T) {
	samples := answers(t, allowanceEndpoint, map[string]string{
		"1":      `{"enable":true,"usage":1,"unit":"MB"}`,
		"2":      `{"1":{"enable":true,"usage":2},"2":{"enable":false},"order":[1,2]}`,
		"3":      `{"10":{"enable":true}}`,
		"vwan5":  `{"enable":true}`,
		"nobody": `{}`,
	})
	want := []string{
		`peplink_allowance_enabled{sim="", wan="", wan_id="vwan5"} 1`,
		`peplink_allowance_enabled{sim="", wan="WAN 1", wan_id="1"} 1`,
		`peplink_allowance_enabled{sim="1", wan="Cellular 1", wan_id="2"} 1`,
		`peplink_allowance_enabled{sim="10", wan="Cellular 2", wan_id="3"} 1`,
		`peplink_allowance_enabled{sim="2", wan="Cellular 1", wan_id="2"} 0`,
	}
	if diff := cmp.Diff(want, lines(samples, "peplink_allowance_enabled")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const (
	cycleStart = "peplink_allowance_cycle_start_timestamp_seconds"
	cycleEnd   = "peplink_allowance_cycle_end_timestamp_seconds"
)

// day is when a cycle starts, as JSON: a number or a string.
var cycles = []struct {
	name, zone, now, day string
	start, end           string
}{
	{"within the month", "UTC", "2026-03-14T09:26:53Z", "5", "2026-03-05T00:00:00Z", "2026-04-05T00:00:00Z"},
	{"as text", "UTC", "2026-03-14T09:26:53Z", `"5"`, "2026-03-05T00:00:00Z", "2026-04-05T00:00:00Z"},
	{"since the month before", "UTC", "2026-03-14T09:26:53Z", "15", "2026-02-15T00:00:00Z", "2026-03-15T00:00:00Z"},
	{"since the year before", "UTC", "2026-01-14T09:26:53Z", "15", "2025-12-15T00:00:00Z", "2026-01-15T00:00:00Z"},
	{"into the next year", "UTC", "2026-12-24T18:00:00Z", "15", "2026-12-15T00:00:00Z", "2027-01-15T00:00:00Z"},

	{"starts today", "UTC", "2026-03-14T09:26:53Z", "14", "2026-03-14T00:00:00Z", "2026-04-14T00:00:00Z"},
	{"starts this second", "UTC", "2026-03-14T00:00:00Z", "14", "2026-03-14T00:00:00Z", "2026-04-14T00:00:00Z"},
	{"starts in a second", "UTC", "2026-03-13T23:59:59Z", "14", "2026-02-14T00:00:00Z", "2026-03-14T00:00:00Z"},
	{"today there, yesterday here", "Pacific/Auckland", "2026-06-13T13:00:00Z", "14", "2026-06-14T00:00:00+12:00", "2026-07-14T00:00:00+12:00"},
	{"yesterday there, today here", "America/Los_Angeles", "2026-06-14T05:00:00Z", "14", "2026-05-14T00:00:00-07:00", "2026-06-14T00:00:00-07:00"},

	{"last day, before it", "UTC", "2026-03-30T23:59:59Z", "0", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"},
	{"last day, on it", "UTC", "2026-03-31T12:00:00Z", "0", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"},
	{"last day of January", "UTC", "2026-01-31T12:00:00Z", "0", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"},
	{"last day of the year", "UTC", "2026-12-31T12:00:00Z", "0", "2026-12-31T00:00:00Z", "2027-01-31T00:00:00Z"},

	{"29th in February", "UTC", "2026-02-10T12:00:00Z", "29", "2026-01-29T00:00:00Z", "2026-02-28T00:00:00Z"},
	{"30th in February", "UTC", "2026-02-10T12:00:00Z", "30", "2026-01-30T00:00:00Z", "2026-02-28T00:00:00Z"},
	{"31st in February", "UTC", "2026-02-28T12:00:00Z", "31", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"},
	{"31st in April", "UTC", "2026-04-30T12:00:00Z", "31", "2026-04-30T00:00:00Z", "2026-05-31T00:00:00Z"},
	{"31st in March", "UTC", "2026-03-30T12:00:00Z", "31", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"},
	{"29th in a leap year", "UTC", "2028-02-28T12:00:00Z", "29", "2028-01-29T00:00:00Z", "2028-02-29T00:00:00Z"},
	{"30th in a leap year", "UTC", "2028-02-29T12:00:00Z", "30", "2028-02-29T00:00:00Z", "2028-03-30T00:00:00Z"},
	{"0 in a leap year", "UTC", "2028-02-28T23:59:59Z", "0", "2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z"},
	{"a century is no leap year", "UTC", "2100-02-28T12:00:00Z", "31", "2100-02-28T00:00:00Z", "2100-03-31T00:00:00Z"},

	// In Berlin the clock goes forward on 29 March and back on 25 October 2026.
	{"across spring", "Europe/Berlin", "2026-03-30T12:00:00Z", "15", "2026-03-15T00:00:00+01:00", "2026-04-15T00:00:00+02:00"},
	{"on the day of spring", "Europe/Berlin", "2026-03-29T12:00:00Z", "29", "2026-03-29T00:00:00+01:00", "2026-04-29T00:00:00+02:00"},
	{"across autumn", "Europe/Berlin", "2026-10-26T12:00:00Z", "15", "2026-10-15T00:00:00+02:00", "2026-11-15T00:00:00+01:00"},
	{"summer midnight", "Europe/Berlin", "2026-07-31T22:00:00Z", "1", "2026-08-01T00:00:00+02:00", "2026-09-01T00:00:00+02:00"},
	{"before summer midnight", "Europe/Berlin", "2026-07-31T21:59:59Z", "1", "2026-07-01T00:00:00+02:00", "2026-08-01T00:00:00+02:00"},
	{"winter midnight", "Europe/Berlin", "2026-11-30T23:00:00Z", "1", "2026-12-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"},
}

func TestAllowanceCycles(t *testing.T) {
	for _, test := range cycles {
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

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func checkInstant(t *testing.T, samples model.Vector, name, want string) {
	t.Helper()
	at := instant(t, want)
	series := fmt.Sprintf(`%s{sim="", wan="WAN 1", wan_id="1"} %d`, name, at.Unix())
	if got := lines(samples, name); !slices.Contains(got, series) {
		t.Errorf("%s is not %s, %s, but among %q", name, want, series, got)
	}
}

func TestNoCycleWithoutStart(t *testing.T) {
	samples := answers(t, allowanceEndpoint, map[string]string{
		"missing": `{"enable":true}`, "null": `{"start":null}`, "empty": `{"start":""}`,
		"negative": `{"start":-1}`, "32": `{"start":32}`, "half": `{"start":1.5}`, "word": `{"start":"first"}`,
		"good": `{"start":31}`,
	})
	for _, name := range []string{cycleStart, cycleEnd} {
		if got := keys(family(t, samples, name, "wan_id")); len(got) != 1 || got[0] != "good" {
			t.Errorf("%s of %q, want only the good one", name, got)
		}
	}
	if got := unreadable(t, samples, "allowance"); got != 4 {
		t.Errorf("%v unreadable fields, want 4", got)
	}
}
