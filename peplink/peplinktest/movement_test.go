package peplinktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const band = "/2/cellular/rat/0/band/0/signal/"

func newRouter(t *testing.T, start time.Time, opts ...peplinktest.Option) *peplinktest.Router {
	t.Helper()
	clock := peplinktest.WithClock(peplinktest.NewClock(start))
	router, err := peplinktest.New("max-hd2-8.3", append(opts, clock)...)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// value reads a number, or a string that holds one.
func value(t *testing.T, router *peplinktest.Router, endpoint, place string) float64 {
	t.Helper()
	v, err := router.Value(endpoint, place)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func document(t *testing.T, router *peplinktest.Router, endpoint string) []byte {
	t.Helper()
	text, err := router.Document(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestMovementIsAFunctionOfTheClock(t *testing.T) {
	start := peplinktest.ReferenceTime()
	one, other := newRouter(t, start), newRouter(t, start)
	one.Clock().Advance(time.Hour)
	for _, step := range []time.Duration{-30 * time.Minute, 40 * time.Minute, -10 * time.Minute} {
		other.Clock().Advance(step)
		_ = document(t, other, wan) // reading on the way changes nothing
	}
	other.Clock().Set(start.Add(time.Hour))
	for _, endpoint := range []string{wan, allowance} {
		if diff := cmp.Diff(string(document(t, one, endpoint)), string(document(t, other, endpoint))); diff != "" {
			t.Errorf("%s read at the same instant (-one +other):\n%s", endpoint, diff)
		}
		if !bytes.Equal(document(t, one, endpoint), document(t, one, endpoint)) {
			t.Errorf("%s changed under a frozen clock", endpoint)
		}
	}
}

func TestWhatMovesAndHow(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime())
	router.Clock().Advance(100*time.Second + 500*time.Millisecond)
	for place, want := range map[string]any{
		"/timestamp":       json.Number("1773480513"),
		"/reportTimestamp": json.Number("1773480512"),
		"/1/uptime":        json.Number("1209741"),
		"/5/uptime":        "5512", // a string stays one
		"/3/uptime":        json.Number("0"),
		"/2/name":          "Cellular 1",
	} {
		got, err := router.Value(wan, place)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s after 100.5 s (-want +got):\n%s", place, diff)
		}
	}
	for place, want := range map[string]float64{
		"/1/usage": 61337 + 90, "/2/1/usage": 4198 + 35, "/2/1/percent": 41, "/2/2/usage": 37, "/5/usage": 812 + 5,
	} {
		if got := value(t, router, allowance, place); got != want {
			t.Errorf("allowance %s after 100.5 s is %v, want %v", place, got, want)
		}
	}
}

func TestSignalsWanderWithinSecondsAndBounds(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime())
	bounds := map[string][2]float64{"rssi": {-72, -54}, "sinr": {8, 26}, "rsrp": {-101, -80}, "rsrq": {-13, -5}}
	seen := make(map[string]map[float64]bool)
	last := make(map[string]float64)
	for name := range bounds {
		seen[name] = make(map[float64]bool)
		last[name] = value(t, router, wan, band+name)
	}
	for range 600 {
		router.Clock().Advance(time.Second)
		for name, within := range bounds {
			v := value(t, router, wan, band+name)
			if v < within[0] || v > within[1] {
				t.Fatalf("%s is %v, outside %v", name, v, within)
			}
			if jump := math.Abs(v - last[name]); jump > (within[1]-within[0])/4 {
				t.Fatalf("%s jumps by %v within a second", name, jump)
			}
			seen[name][v], last[name] = true, v
		}
	}
	for name, values := range seen {
		if len(values) < 8 {
			t.Errorf("%s took only %d values in ten minutes", name, len(values))
		}
	}
}

func TestNumbersKeepTheirForm(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime())
	noisy := false
	for range 60 {
		router.Clock().Advance(time.Second)
		for name, decimals := range map[string]int{"rssi": 0, "rsrp": 0, "rsrq": 1} {
			v, err := router.Value(wan, band+name)
			if err != nil {
				t.Fatal(err)
			}
			_, fraction, _ := strings.Cut(string(v.(json.Number)), ".")
			if len(fraction) != decimals {
				t.Fatalf("%s reads %v, want %d decimals", name, v, decimals)
			}
		}
		sinr, err := router.Value(wan, band+"sinr")
		if err != nil {
			t.Fatal(err)
		}
		noisy = noisy || len(sinr.(json.Number).String()) > 10
		if tenths := value(t, router, wan, band+"sinr") * 10; math.Abs(tenths-math.Round(tenths)) > 1e-9 {
			t.Fatalf("sinr reads %v, want tenths", sinr)
		}
		rsrp, err := router.Value(wan, "/3/cellular/rat/0/band/0/signal/rsrp")
		if err != nil {
			t.Fatal(err)
		}
		if _, isString := rsrp.(string); !isString {
			t.Fatalf("rsrp of WAN 3 reads %v, want a string still", rsrp)
		}
	}
	if !noisy {
		t.Error("sinr never showed the noise of a float in a minute")
	}
}

func TestSeeds(t *testing.T) {
	start := peplinktest.ReferenceTime()
	read := func(seed uint64, after time.Duration) string {
		router := newRouter(t, start, peplinktest.WithSeed(seed))
		router.Clock().Advance(after)
		return string(document(t, router, wan)) + string(document(t, router, allowance))
	}
	for _, after := range []time.Duration{0, time.Minute} {
		if read(1, after) == read(2, after) || read(0, after) == read(1, after) {
			t.Errorf("routers of different seed read alike after %s", after)
		}
		if diff := cmp.Diff(read(7, after), read(7, after)); diff != "" {
			t.Errorf("routers of equal seed differ after %s:\n%s", after, diff)
		}
	}
}

func TestARouterStartedLaterBeginsAtItsFixtures(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime().AddDate(0, 8, 0))
	if got := value(t, router, allowance, "/2/1/usage"); got != 4198 {
		t.Errorf("usage of a router just started is %v, want 4198", got)
	}
	want := float64(peplinktest.ReferenceTime().AddDate(0, 8, 0).Unix())
	if got := value(t, router, wan, "/timestamp"); got != want {
		t.Errorf("timestamp %v, want %v", got, want)
	}
}

func TestAllowanceRollsOverAtTheStartOfItsCycle(t *testing.T) {
	day := func(month time.Month, day, hour, second int) time.Time {
		return time.Date(2026, month, day, hour, 0, second, 0, time.UTC)
	}
	for name, test := range map[string]struct {
		place string
		start any
		from  time.Time
		at    time.Time
		want  float64
	}{
		"day before":                {"/2/1", 1, day(3, 31, 23, 0), day(3, 31, 23, 100), 4198 + 35},
		"at the start":              {"/2/1", 1, day(3, 31, 23, 0), day(4, 1, 0, 0), 0},
		"100 s later":               {"/2/1", 1, day(3, 31, 23, 0), day(4, 1, 0, 100), 35},
		"start as a string":         {"/1", "15", day(3, 14, 9, 0), day(3, 15, 0, 100), 90},
		"0 is the last day":         {"/2/1", 0, day(3, 30, 0, 0), day(3, 31, 0, 100), 35},
		"not before the last day":   {"/2/1", 0, day(4, 29, 23, 0), day(4, 29, 23, 100), 4198 + 35},
		"0 in a month of 30":        {"/2/1", 0, day(4, 29, 0, 0), day(4, 30, 0, 100), 35},
		"a day the month lacks":     {"/2/1", 31, day(2, 27, 0, 0), day(2, 28, 0, 100), 35},
		"across the turn of a year": {"/2/1", 15, day(1, 2, 0, 0), day(1, 2, 0, 100), 4198 + 35},
		"no start":                  {"/2/1", nil, day(3, 31, 23, 0), day(4, 1, 0, 0), 4198 + 1260},
	} {
		t.Run(name, func(t *testing.T) {
			router := newRouter(t, test.from)
			if err := router.Change(allowance, test.place+"/start", test.start); err != nil {
				t.Fatal(err)
			}
			router.Clock().Set(test.at)
			if got := value(t, router, allowance, test.place+"/usage"); got != test.want {
				t.Errorf("usage %v, want %v", got, test.want)
			}
		})
	}
}

func TestPercentFollowsWhatStandsBesideIt(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime())
	for _, step := range []struct {
		place string
		value any
		want  float64
	}{
		{"/2/1/usage", 5, 0}, // 5 of 10240: rounded
		{"/2/1/limit", 1000, 1},
		{"/2/1/usage", "995", 100},
		{"/2/1/usage", 4000, 100}, // never above
		{"/2/1/limit", 0, 0},      // unlimited
	} {
		if err := router.Change(allowance, step.place, step.value); err != nil {
			t.Fatal(err)
		}
		if got := value(t, router, allowance, "/2/1/percent"); got != step.want {
			t.Errorf("percent with %s %v is %v, want %v", step.place, step.value, got, step.want)
		}
	}
}

func TestChangePinsAValue(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime())
	for _, place := range []string{"/1/uptime", band + "rsrp"} {
		if err := router.Change(wan, place, 77); err != nil {
			t.Fatal(err)
		}
	}
	if err := router.Change(allowance, "/2/1", map[string]any{"usage": 1}); err != nil {
		t.Fatal(err)
	}
	router.Clock().Advance(time.Hour)
	for _, place := range []string{"/1/uptime", band + "rsrp"} {
		if got := value(t, router, wan, place); got != 77 {
			t.Errorf("%s pinned at 77 reads %v", place, got)
		}
	}
	if got := value(t, router, allowance, "/2/1/usage"); got != 1 {
		t.Errorf("usage pinned with its object reads %v, want 1", got)
	}
	if got := value(t, router, wan, "/2/uptime"); got != 86412+3600 {
		t.Errorf("uptime of WAN 2 stopped too: %v", got)
	}
}

func TestReboot(t *testing.T) {
	moves := `{"info.firmware":[
		{"pointer":"/1/n","kind":"grow","per_second":2.5},
		{"pointer":"/1/s","kind":"uptime"},
		{"pointer":"/1/f","kind":"grow","per_second":0.25},
		{"pointer":"/1/w","kind":"wander","min":-1,"max":1,"period":5}]}`
	clock := peplinktest.NewClock(peplinktest.ReferenceTime())
	router, err := peplinktest.NewFrom(someModel("moves.json", moves), "m", peplinktest.WithClock(clock))
	if err != nil {
		t.Fatal(err)
	}
	want := func(when string, counter, uptime, fraction any) {
		t.Helper()
		for place, want := range map[string]any{"/1/n": counter, "/1/s": uptime, "/1/f": fraction} {
			got, err := router.Value(firmware, place)
			if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("%s: %s is %v, want %v", when, place, got, want)
			}
		}
	}
	want("at the start", json.Number("5"), "7", json.Number("1.50"))
	clock.Advance(10 * time.Second)
	want("10 s later", json.Number("30"), "17", json.Number("4.00"))
	router.Reboot()
	want("rebooted", json.Number("0"), "0", json.Number("0.00"))
	clock.Advance(4 * time.Second)
	want("4 s later", json.Number("10"), "4", json.Number("1.00"))
	clock.Advance(-time.Hour)
	want("clock put back", json.Number("0"), "0", json.Number("0.00"))
}

func TestAllowanceSurvivesAReboot(t *testing.T) {
	router := newRouter(t, peplinktest.ReferenceTime())
	router.Clock().Advance(100 * time.Second)
	router.Reboot()
	if got := value(t, router, allowance, "/2/1/usage"); got != 4198+35 {
		t.Errorf("usage after a reboot is %v, want %v", got, 4198+35)
	}
}

func TestClocks(t *testing.T) {
	system := peplinktest.SystemClock()
	before := time.Now()
	if now := system.Now(); now.Before(before) || time.Now().Before(now) {
		t.Errorf("the system clock shows %v, want between %v and now", now, before)
	}
	system.Advance(time.Hour)
	if now := system.Now(); now.Before(before.Add(time.Hour)) {
		t.Errorf("an hour ahead, it shows %v", now)
	}
	system.Set(peplinktest.ReferenceTime())
	first := system.Now()
	if first.Before(peplinktest.ReferenceTime()) || system.Now().Before(first) {
		t.Errorf("set, it shows %v, then runs backwards", first)
	}
	frozen := peplinktest.NewClock(peplinktest.ReferenceTime())
	frozen.Advance(-time.Minute)
	if want := peplinktest.ReferenceTime().Add(-time.Minute); !frozen.Now().Equal(want) {
		t.Errorf("a frozen clock put back shows %v, want %v", frozen.Now(), want)
	}
}
