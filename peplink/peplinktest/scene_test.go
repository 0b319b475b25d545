package peplinktest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// A router on which a WAN fails after 3 minutes for 2, every 15, with a counter
// and an uptime in an array and beside it.
var staged = files{
	wan: `{"1":{"message":"Connected","ip":"192.0.2.1","uptime":100,"n":[5]},"3":{"uptime":0},"order":[1,3]}`,
	"moves": `{"status.wan.connection":[{"pointer":"/1/uptime","kind":"uptime"},
		{"pointer":"/1/n/0","kind":"grow","per_second":2}]}`,
	"scenes": `[{"after":"3m","every":"15m","for":"2m","endpoint":"status.wan.connection","restart":["/1","/3"],"changes":[
		{"pointer":"/1/message","value":"No Cable Detected"},{"pointer":"/1/ip","remove":true},{"pointer":"/1/uptime","value":0},
		{"pointer":"/3/uptime","value":7,"kind":"uptime"}]}]`,
}

func newStage(t *testing.T, f files, opts ...peplinktest.Option) *bench {
	t.Helper()
	return newDialect(t, "", f, append([]peplinktest.Option{peplinktest.WithScenes(true)}, opts...)...)
}

// at puts the clock to some time after the router's start.
func (b *bench) at(after time.Duration) {
	b.Clock().Set(peplinktest.ReferenceTime().Add(after))
}

func (b *bench) wantDocument(when, want string) {
	b.t.Helper()
	if diff := cmp.Diff(want, string(document(b.t, b.Router, wan))); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

func standing(message, address string, uptime, counter, other int) string {
	if address != "" {
		address = `"ip":"` + address + `",`
	}
	return `{"1":{"message":"` + message + `",` + address + `"uptime":` + strconv.Itoa(uptime) +
		`,"n":[` + strconv.Itoa(counter) + `]},"3":{"uptime":` + strconv.Itoa(other) + `},"order":[1,3]}`
}

func TestASceneIsPlayedAndEnds(t *testing.T) {
	b := newStage(t, staged)
	const up, down, address = "Connected", "No Cable Detected", "192.0.2.1"
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, standing(up, address, 100, 5, 0)},
		{2*time.Minute + 59*time.Second, standing(up, address, 279, 363, 0)},
		{3 * time.Minute, standing(down, "", 0, 0, 7)}, // what restarts begins at 0
		{4 * time.Minute, standing(down, "", 0, 120, 67)},
		{5*time.Minute - time.Nanosecond, standing(down, "", 0, 240, 126)},
		{5 * time.Minute, standing(up, address, 0, 0, 0)}, // and once more at the end
		{6 * time.Minute, standing(up, address, 60, 120, 0)},
		{18*time.Minute - time.Second, standing(up, address, 779, 1558, 0)},
		{18*time.Minute + time.Second, standing(down, "", 0, 2, 8)},
		{20*time.Minute + time.Second, standing(up, address, 1, 2, 0)},
		{100 * 15 * time.Minute, standing(up, address, 600, 1200, 0)},
		{time.Minute, standing(up, address, 160, 125, 0)}, // a clock put back
		{-time.Hour, standing(up, address, 100, 5, 0)},
	} {
		b.at(step.after)
		b.wantDocument(step.after.String(), step.want)
	}
	b.at(3 * time.Minute)
	b.wantResponse(b.token(), wan, "id=3", `{"3":{"uptime":7},"order":[3]}`)
	if v, err := b.Value(wan, "/1/message"); err != nil || v != down {
		t.Errorf("value in a scene %v (%v), want %s", v, err, down)
	}
	if v, err := b.Value(wan, "/1/n/0"); err != nil || v != json.Number("0") {
		t.Errorf("counter restarted by a scene %v (%v), want 0", v, err)
	}
}

func TestWhenScenesArePlayed(t *testing.T) {
	still := standing("Connected", "192.0.2.1", 340, 485, 0)
	frozen := newDialect(t, "", staged)
	frozen.at(4 * time.Minute)
	frozen.wantDocument("frozen clock", still)
	off := newDialect(t, "", staged, peplinktest.WithScenes(false))
	off.at(4 * time.Minute)
	off.wantDocument("told not to", still)
	clock := peplinktest.SystemClock()
	running := newDialect(t, "", staged, peplinktest.WithClock(clock))
	clock.Advance(4 * time.Minute)
	if v, err := running.Value(wan, "/1/message"); err != nil || v != "No Cable Detected" {
		t.Errorf("with a clock that runs the message is %v (%v), want the scene's", v, err)
	}
}

func TestRoutersOfAFleetDoNotFailTogether(t *testing.T) {
	failed := func(seed uint64) time.Duration {
		b := newStage(t, staged, peplinktest.WithSeed(seed))
		for after := range 10 * 60 {
			b.at(time.Duration(after) * time.Second)
			if v, _ := b.Value(wan, "/1/message"); v != "Connected" {
				return time.Duration(after) * time.Second
			}
		}
		t.Fatalf("seed %d: nothing failed in ten minutes", seed)
		return 0
	}
	if first := failed(0); first != 3*time.Minute {
		t.Errorf("seed 0 fails after %s, want 3m", first)
	}
	seen := make(map[time.Duration]bool)
	for seed := range uint64(5) {
		after := failed(seed + 1)
		if after < 3*time.Minute || after > 8*time.Minute {
			t.Errorf("seed %d fails after %s, want 3m to 8m", seed+1, after)
		}
		seen[after] = true
	}
	if len(seen) < 4 {
		t.Errorf("five routers fail after %v", seen)
	}
}

func TestScenesLeaveAloneWhatATestChanged(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*bench) error
		want   string
	}{
		"the value itself": {
			func(b *bench) error { return b.Change(wan, "/1/ip", "198.51.100.9") },
			standing("No Cable Detected", "198.51.100.9", 0, 120, 67),
		},
		"removed": {
			func(b *bench) error { return b.Remove(wan, "/3/uptime") },
			`{"1":{"message":"No Cable Detected","uptime":0,"n":[120]},"3":{},"order":[1,3]}`,
		},
		"all around it": {
			func(b *bench) error { return b.Change(wan, "/1", map[string]int{"a": 1}) },
			`{"1":{"a":1},"3":{"uptime":67},"order":[1,3]}`,
		},
		"all around it, gone": {
			func(b *bench) error { return b.Remove(wan, "/1") },
			`{"3":{"uptime":67},"order":[1,3]}`,
		},
		"beside it": {
			func(b *bench) error { return b.Change(wan, "/1/new", 1) },
			`{"1":{"message":"No Cable Detected","uptime":0,"n":[120],"new":1},"3":{"uptime":67},"order":[1,3]}`,
		},
		"a place the scene changes lost its parent": {
			func(b *bench) error { return errors.Join(b.Change(wan, "/3", 5), b.Change(wan, "/3", 6)) },
			`{"1":{"message":"No Cable Detected","uptime":0,"n":[120]},"3":6,"order":[1,3]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newStage(t, staged)
			if err := test.change(b); err != nil {
				t.Fatal(err)
			}
			b.at(4 * time.Minute)
			b.wantDocument("a minute into the scene", test.want)
			if err := b.Restore(wan); err != nil {
				t.Fatal(err)
			}
			b.wantDocument("restored", standing("No Cable Detected", "", 0, 120, 67))
		})
	}
}

func TestAChangeMadeDuringASceneOutlivesIt(t *testing.T) {
	b := newStage(t, staged)
	b.at(4 * time.Minute)
	if err := b.Change(wan, "/1/message", "Kept"); err != nil {
		t.Fatal(err)
	}
	b.at(6 * time.Minute)
	b.wantDocument("a minute after the scene", standing("Kept", "192.0.2.1", 60, 120, 0))
}

func TestScenesAtTheSameTime(t *testing.T) {
	f := files{wan: staged[wan], "scenes": `[
		{"after":"1m","for":"9m","endpoint":"status.wan.connection","changes":[{"pointer":"/1","remove":true}]},
		{"after":"2m","for":"9m","endpoint":"status.wan.connection","restart":["/1"],"changes":[
			{"pointer":"/1/ip","remove":true},{"pointer":"/3/uptime","value":"1"},{"pointer":"/new","value":null}]}]`}
	b := newStage(t, f)
	b.at(3 * time.Minute)
	b.wantDocument("both", `{"3":{"uptime":"1"},"order":[1,3],"new":null}`)
}

func TestARouterThatRebootsByItself(t *testing.T) {
	f := files{wan: staged[wan], "moves": staged["moves"], "scenes": `[{"after":"25m","every":"1h","for":"40s","reboot":true}]`}
	b := newStage(t, f)
	b.AddUser("u", "p")
	token, cookie := b.token(), b.login("/api/login", "u", "p").Value
	b.at(25*time.Minute - time.Second)
	b.get(wan, token, "").wantOK(t)
	for _, after := range []time.Duration{25 * time.Minute, 25*time.Minute + 39*time.Second} {
		b.at(after)
		for _, path := range []string{"/api/" + wan, "/api/" + firmware, "/"} {
			if r, err := b.do(b.request(http.MethodGet, path, "")); !errors.Is(err, io.EOF) {
				t.Errorf("after %s, %s was answered: %d %s (%v)", after, path, r.status, r.body, err)
			}
		}
		if b.ValidTokens() != 0 || b.ValidCookies() != 0 {
			t.Errorf("after %s, %d tokens and %d cookies are left", after, b.ValidTokens(), b.ValidCookies())
		}
	}
	b.at(25*time.Minute + 50*time.Second)
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
	b.ask("GET", wan, "", "pauth", cookie).wantFail(t, 401, "Unauthorized")
	b.get(wan, b.token(), "id=1").wantOK(t)
	b.wantDocument("10 s after it is on again", standing("Connected", "192.0.2.1", 10, 20, 0))
	b.Reboot()
	b.Clock().Advance(time.Second)
	b.wantDocument("rebooted by hand", standing("Connected", "192.0.2.1", 1, 2, 0))
	token = b.token()
	b.at(85*time.Minute + 41*time.Second)
	b.wantDocument("an hour later", standing("Connected", "192.0.2.1", 1, 2, 0))
	b.get(wan, token, "").wantFail(t, 401, "Unauthorized")
}

func TestARebootAfterARestart(t *testing.T) {
	f := files{wan: staged[wan], "moves": staged["moves"], "scenes": `[
		{"after":"1m","endpoint":"status.wan.connection","restart":["/1/n"]},
		{"after":"2m","reboot":true},
		{"after":"3m","endpoint":"status.wan.connection","restart":["/1","/1/n/0"]},
		{"after":"90s","endpoint":"status.wan.connection","restart":["/1","/1/n/0"]}]`}
	b := newStage(t, f)
	for after, want := range map[time.Duration][2]int{
		time.Minute + 10*time.Second:     {170, 20},
		2*time.Minute + 10*time.Second:   {10, 20},
		3*time.Minute + 5*time.Second:    {5, 10},
		500*time.Minute + 20*time.Second: {497*60 + 20, 2 * (497*60 + 20)},
	} {
		b.at(after)
		b.wantDocument(after.String(), standing("Connected", "192.0.2.1", want[0], want[1], 0))
	}
}

func TestScenesThatAreWrong(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":               `[`,
		"unknown key":           `[{"after":"1m","reboot":true,"colour":"red"}]`,
		"no after":              `[{"reboot":true}]`,
		"at the start":          `[{"after":"0s","reboot":true}]`,
		"after as a number":     `[{"after":60,"reboot":true}]`,
		"after is no time":      `[{"after":"soon","reboot":true}]`,
		"nothing happens":       `[{"after":"1m","for":"1m"}]`,
		"over before it begins": `[{"after":"1m","for":"-1s","reboot":true}]`,
		"begins again too soon": `[{"after":"1m","for":"2m","every":"2m","reboot":true}]`,
		"every is negative":     `[{"after":"1m","every":"-2m","reboot":true}]`,
		"changes without time":  `[{"after":"1m","endpoint":"status.wan.connection","changes":[{"pointer":"/1/ip","remove":true}]}]`,
		"endpoint not there":    `[{"after":"1m","for":"1s","endpoint":"status.pepvpn","changes":[{"pointer":"/1","remove":true}]}]`,
		"restart of nothing":    `[{"after":"1m","endpoint":"status.wan.connection","restart":["/9"]}]`,
		"restart is no pointer": `[{"after":"1m","endpoint":"status.wan.connection","restart":["1"]}]`,
		"endpoint for nothing":  `[{"after":"1m","endpoint":"status.nothing","reboot":true}]`,
	} {
		wrongStage(t, name, text)
	}
	for name, change := range map[string]string{
		"removed and set":     `{"pointer":"/1/ip","remove":true,"value":1}`,
		"neither":             `{"pointer":"/1/ip"}`,
		"removes nothing":     `{"pointer":"/1/gateway","remove":true}`,
		"no pointer":          `{"pointer":"1","value":1}`,
		"no place":            `{"pointer":"/9/ip","value":1}`,
		"moves what is gone":  `{"pointer":"/1/ip","remove":true,"kind":"uptime"}`,
		"moves no number":     `{"pointer":"/1/ip","value":"x","kind":"uptime"}`,
		"moves unknown":       `{"pointer":"/1/uptime","value":1,"kind":"jump"}`,
		"removed before that": `{"pointer":"/1","remove":true},{"pointer":"/1/ip","value":1}`,
	} {
		wrongStage(t, name, `[{"after":"1m","for":"1s","endpoint":"status.wan.connection","changes":[`+change+`]}]`)
	}
}

func wrongStage(t *testing.T, name, scenes string) {
	t.Helper()
	f := files{wan: staged[wan], "scenes": scenes}
	if _, err := peplinktest.NewFrom(f.model(""), "m"); err == nil {
		t.Errorf("%s: %s was taken", name, scenes)
	}
}
