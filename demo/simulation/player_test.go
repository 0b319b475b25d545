package simulation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	wan       = "status.wan.connection"
	allowance = "status.wan.connection.allowance"
	tunnels   = "status.pepvpn"
	system    = "status.system.info"
)

// played is a router that is brought to life, and its player.
type played struct {
	*peplinktest.Router
	*Player
	t *testing.T
}

func play(t *testing.T, model string, seed uint64) *played {
	t.Helper()
	router, err := peplinktest.New(model, peplinktest.WithClock(peplinktest.NewClock(peplinktest.ReferenceTime())))
	if err != nil {
		t.Fatal(err)
	}
	player, err := Play(router, seed)
	if err != nil {
		t.Fatal(err)
	}
	return &played{router, player, t}
}

// at puts the clock to some time after the router's start, and brings every
// document up to date.
func (p *played) at(after time.Duration) {
	p.Clock().Set(peplinktest.ReferenceTime().Add(after))
	for _, endpoint := range p.State().Documents {
		p.step(endpoint)
	}
}

// read is a value as JSON, "" if there is none.
func (p *played) read(endpoint, pointer string) string {
	p.t.Helper()
	value, err := p.Value(endpoint, pointer)
	if err != nil {
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

func (p *played) want(when, endpoint string, values map[string]string) {
	p.t.Helper()
	for pointer, want := range values {
		if got := p.read(endpoint, pointer); got != want {
			p.t.Errorf("%s: %s is %s, want %s", when, pointer, got, want)
		}
	}
}

// documents are all that a router shows.
func (p *played) documents() map[string]string {
	p.t.Helper()
	all := map[string]string{}
	for _, endpoint := range p.State().Documents {
		text, err := p.Document(endpoint)
		if err != nil {
			p.t.Fatal(err)
		}
		all[endpoint] = string(text)
	}
	return all
}

func TestWhatMovesAndHow(t *testing.T) {
	p := play(t, "max-hd2-8.3", 0)
	fixtures := p.documents()
	p.at(0)
	if diff := cmp.Diff(fixtures, p.documents()); diff != "" {
		t.Errorf("at its start (-fixtures +shown):\n%s", diff)
	}
	p.at(100*time.Second + 500*time.Millisecond)
	p.want("after 100.5 s", wan, map[string]string{
		"/timestamp": "1773480513", "/1/uptime": "1209741", "/5/uptime": `"5512"`, "/3/uptime": "0", "/2/name": `"Cellular 1"`,
	})
	p.want("after 100.5 s", allowance, map[string]string{
		"/1/usage": "61427", "/2/1/usage": "4233", "/2/1/percent": "41", "/2/2/usage": "37",
	})
	p.Reboot(40 * time.Second)
	p.at(150 * time.Second)
	p.want("rebooted", wan, map[string]string{"/1/uptime": "9", "/2/uptime": "9", "/timestamp": "1773480563"})
	p.want("rebooted", tunnels, map[string]string{"/tunnel/1-1/wan/1/receive/byte/0": "5700000"}) // 9.5 s
	p.want("rebooted", allowance, map[string]string{"/1/usage": "61472"})                         // lives on
	p.at(-time.Hour)
	p.want("clock put back", wan, map[string]string{"/1/uptime": "0"})
}

// Everything that moves stays a number, and what wanders within its bounds, on
// every model and with every seed.
func TestMovement(t *testing.T) {
	for _, model := range peplinktest.Models() {
		for seed := range uint64(2) {
			p := play(t, model, seed)
			seen := make(map[string]map[string]bool)
			for step := range 20 {
				p.at(time.Duration(step) * 6 * time.Second)
				for _, m := range p.moves {
					value, err := p.Value(m.endpoint, m.pointer)
					if err != nil {
						t.Fatal(err)
					}
					n, err := numberOf(value)
					if err != nil || n.quote != m.quote || m.decimals <= 6 && n.decimals != m.decimals {
						t.Fatalf("%s: %s is %v (%v), which began as %v", model, m.pointer, value, err, m.value)
					}
					if m.Kind == "wander" && (n.value < m.Min || n.value > m.Max) {
						t.Fatalf("%s: %s is %v, outside %v to %v", model, m.pointer, value, m.Min, m.Max)
					}
					at := m.endpoint + m.pointer
					if seen[at] == nil {
						seen[at] = map[string]bool{}
					}
					seen[at][fmt.Sprint(value)] = true
				}
			}
			for _, m := range p.moves {
				if values := seen[m.endpoint+m.pointer]; m.Kind == "wander" && len(values) < 3 {
					t.Errorf("%s: %s took only %d values in two minutes", model, m.pointer, len(values))
				}
			}
		}
	}
}

func TestSeeds(t *testing.T) {
	read := func(seed uint64, after time.Duration) string {
		p := play(t, "max-hd2-8.3", seed)
		p.at(after)
		return p.documents()[wan]
	}
	for _, after := range []time.Duration{0, time.Minute} {
		one, again := read(1, after), read(1, after)
		if one == read(2, after) || one == read(0, after) || one != again {
			t.Errorf("after %s routers of different seed read alike, or of equal seed do not", after)
		}
	}
}

func TestAllowancesBeginAnewWithTheirCycle(t *testing.T) {
	day := func(month time.Month, day, hour, second int) time.Time {
		return time.Date(2026, month, day, hour, 0, second, 0, time.UTC)
	}
	for name, test := range map[string]struct {
		start    float64 // below 0: none
		from, at time.Time
		want     float64
	}{
		"day before":                {1, day(3, 31, 23, 0), day(3, 31, 23, 100), 4035},
		"at the start":              {1, day(3, 31, 23, 0), day(4, 1, 0, 0), 0},
		"100 s later":               {1, day(3, 31, 23, 0), day(4, 1, 0, 100), 35},
		"0 is the last day":         {0, day(3, 30, 0, 0), day(3, 31, 0, 100), 35},
		"not before the last day":   {0, day(4, 29, 23, 0), day(4, 29, 23, 100), 4035},
		"a day the month lacks":     {31, day(2, 27, 0, 0), day(2, 28, 0, 100), 35},
		"across the turn of a year": {15, day(1, 2, 0, 0), day(1, 2, 0, 100), 4035},
		"no start":                  {-1, day(3, 31, 23, 0), day(4, 1, 0, 0), 5260},
	} {
		m := moving{number: number{value: 4000}}
		got := m.filled(instant{now: test.at, started: test.from}, 0.35, func(string) (float64, bool) { return test.start, test.start >= 0 })
		if got != test.want {
			t.Errorf("%s: usage %v, want %v", name, got, test.want)
		}
	}
	for want, sibling := range map[float64][2]float64{0: {5, 10240}, 50: {50, 100}, 100: {4000, 1000}} {
		got := percent(func(name string) (float64, bool) {
			return map[string]float64{"usage": sibling[0], "limit": sibling[1]}[name], true
		})
		if got != want {
			t.Errorf("%v of %v is %v percent, want %v", sibling[0], sibling[1], got, want)
		}
	}
	if got := percent(func(string) (float64, bool) { return 0, false }); got != 0 {
		t.Errorf("without a limit %v percent, want 0", got)
	}
}

// Of a two-modem MAX, three WANs fail after 3 minutes for 2, every 15, and the
// fourth takes over.
func TestAScene(t *testing.T) {
	p := play(t, "max-hd2-8.3", 0)
	for _, step := range []struct {
		after  time.Duration
		values map[string]string
	}{
		{179 * time.Second, map[string]string{"/1/statusLed": `"green"`, "/1/uptime": "1209820", "/3/uptime": "0"}},
		{180 * time.Second, map[string]string{"/1/statusLed": `"red"`, "/1/uptime": "0", "/1/ip": "", "/3/uptime": "0"}},
		{240 * time.Second, map[string]string{"/1/message": `"No Cable Detected"`, "/1/uptime": "0", "/3/statusLed": `"green"`, "/3/uptime": "60"}},
		{301 * time.Second, map[string]string{"/1/statusLed": `"green"`, "/1/uptime": "1", "/1/ip": `"192.0.2.34"`, "/3/uptime": "0"}},
		{18*time.Minute + 9*time.Second, map[string]string{"/1/statusLed": `"red"`, "/3/uptime": "9"}},
		{33*time.Minute + 8*time.Second, map[string]string{"/1/statusLed": `"red"`, "/3/uptime": "8"}},
	} {
		p.at(step.after)
		p.want(step.after.String(), wan, step.values)
	}
	p = play(t, "max-hd2-8.3", 0)
	fixtures := p.shapes()
	for after := range 17 {
		p.at(time.Duration(after) * time.Minute)
	}
	if diff := cmp.Diff(fixtures, p.shapes()); diff != "" {
		t.Errorf("after the scenes (-fixtures +shown):\n%s", diff)
	}
}

func TestScenesEnd(t *testing.T) {
	p := play(t, "max-hd2-8.3", 0)
	p.at(4 * time.Minute)
	p.EndScenes()
	for _, after := range []time.Duration{4*time.Minute + time.Second, 19 * time.Minute, 26 * time.Minute} {
		p.at(after)
		p.want(after.String(), wan, map[string]string{"/1/statusLed": `"green"`, "/3/uptime": "0"})
	}
	if !p.Booted().IsZero() {
		t.Error("the router rebooted by itself")
	}
}

// shapes are all that a router shows, but for the numbers.
func (p *played) shapes() map[string]any {
	p.t.Helper()
	all := map[string]any{}
	for endpoint, text := range p.documents() {
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			p.t.Fatal(err)
		}
		all[endpoint] = shape(value)
	}
	return all
}

func shape(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = shape(v[name])
		}
	case []any:
		for i := range v {
			v[i] = shape(v[i])
		}
	case float64:
		return 0
	case string:
		return strings.Trim(v, "0123456789")
	}
	return value
}

func TestARouterThatRebootsByItself(t *testing.T) {
	p := play(t, "max-hd2-8.3", 0)
	p.at(25*time.Minute - time.Second)
	if !p.Booted().IsZero() {
		t.Errorf("rebooted at %v", p.Booted())
	}
	for _, after := range []time.Duration{25*time.Minute + time.Second, 26*time.Minute + 40*time.Second} {
		p.at(after)
		if want := peplinktest.ReferenceTime().Add(25*time.Minute + 40*time.Second); !p.Booted().Equal(want) {
			t.Errorf("after %s: on again at %v, want %v", after, p.Booted(), want)
		}
	}
	p.want("a minute later", wan, map[string]string{"/1/uptime": "60"})
	p.want("a minute later", system, map[string]string{"/uptime/second": "60"})
}

// What somebody changes stays so: nothing moves there, and scenes pass it by.
func TestWhatIsChangedIsLeftAlone(t *testing.T) {
	p := play(t, "max-hd2-8.3", 0)
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(p.Player.Change(wan, "/1/ip", json.RawMessage(`"198.51.100.9"`)))
	do(p.Player.Change(wan, "/2", json.RawMessage(`{"a":1}`)))
	do(p.Player.Change(allowance, "/1/usage", json.RawMessage(`7`)))
	do(p.Player.Remove(wan, "/5/message"))
	for _, after := range []time.Duration{time.Minute, 4 * time.Minute, 6 * time.Minute} {
		p.at(after)
		p.want(after.String(), wan, map[string]string{"/1/ip": `"198.51.100.9"`, "/2": `{"a":1}`, "/5/message": ""})
		p.want(after.String(), allowance, map[string]string{"/1/usage": "7"})
	}
	p.at(18*time.Minute + time.Second)
	do(p.Player.Restore(wan))
	do(p.Player.Restore(allowance))
	p.at(18*time.Minute + 2*time.Second)
	p.want("restored in a scene", wan, map[string]string{"/1/ip": "", "/2/message": `"No Service"`, "/5/message": `"Disconnected"`, "/3/uptime": "2"})
	p.at(21 * time.Minute)
	p.want("restored", wan, map[string]string{"/1/ip": `"192.0.2.34"`, "/2/message": `"Connected to Example Mobile"`})
	p.want("restored", allowance, map[string]string{"/1/usage": "62471"})
	for _, err := range []error{p.Player.Change(wan, "/9/x", nil), p.Player.Remove(wan, "/9"), p.Player.Restore("status.nothing")} {
		if err == nil {
			t.Error("a change in vain succeeded")
		}
	}
}

// sight is as much of a WAN as a scene must keep true to life.
type sight struct {
	Message, StatusLED             string
	Uptime                         any
	IP, Mask, Gateway, DNS, Extras any
}

// contradiction says what does not fit together in a WAN.
func (s sight) contradiction() error {
	switch connected := strings.HasPrefix(s.Message, "Connected"); {
	case s.StatusLED == "green" && (!connected || s.IP == nil || s.Gateway == nil):
		return fmt.Errorf("up, but: %+v", s)
	case s.StatusLED == "red" && (connected || s.IP != nil || s.Mask != nil || s.Gateway != nil || s.DNS != nil):
		return fmt.Errorf("down, but: %+v", s)
	case s.StatusLED == "red" && strings.Trim(fmt.Sprint(s.Uptime), `"`) != "0":
		return fmt.Errorf("down, with uptime %v", s.Uptime)
	}
	return nil
}

func (p *played) sights() map[string]sight {
	p.t.Helper()
	var members map[string]json.RawMessage
	text, err := p.Document(wan)
	if err != nil || json.Unmarshal(text, &members) != nil {
		p.t.Fatal(err)
	}
	seen := map[string]sight{}
	for id, text := range members {
		var s sight
		if strings.HasPrefix(string(text), "{") && json.Unmarshal(text, &s) == nil {
			seen[id] = s
		}
	}
	return seen
}

func TestScenesAreTrueToLife(t *testing.T) {
	failing := map[string]bool{}
	for _, model := range peplinktest.Models() {
		p := play(t, model, 0)
		first := p.sights()
		for after := time.Duration(0); after < time.Hour; after += 10 * time.Second {
			p.Clock().Set(peplinktest.ReferenceTime().Add(after))
			p.step(wan)
			for id, now := range p.sights() {
				if first[id].StatusLED != "green" || first[id].contradiction() != nil {
					continue // down or odd from the start, in whatever way the model shows
				}
				if err := now.contradiction(); err != nil {
					t.Fatalf("%s, WAN %s after %s: %v", model, id, after, err)
				}
				if now.StatusLED == "red" {
					failing[model] = true
				}
				if after <= 2*time.Minute && (now.StatusLED != "green" || now.Message != first[id].Message) {
					t.Errorf("%s, WAN %s is %s %q in the first two minutes", model, id, now.StatusLED, now.Message)
				}
			}
		}
	}
	if len(failing) < 2 {
		t.Errorf("a WAN fails within an hour on %v only", failing)
	}
}
