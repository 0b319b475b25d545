package peplink_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

type pepvpnAnswer struct {
	Profiles peplink.Keyed[peplink.Profile, peplink.ProfileFacts] `json:"profile"`
	Peers    peplink.List[peplink.Peer]                           `json:"peer"`
	Tunnels  peplink.Tunnels                                      `json:"tunnel"`
}

// fill writes elements until a text is as long as wanted.
func fill(size int, begin, element, end string) string {
	var text strings.Builder
	text.WriteString(begin)
	for n := 0; text.Len() < size; n++ {
		if n > 0 {
			text.WriteByte(',')
		}
		if strings.Contains(element, "%d") {
			fmt.Fprintf(&text, element, n)
		} else {
			text.WriteString(element)
		}
	}
	text.WriteString(end)
	return text.String()
}

const mib = 1 << 20

// What a hostile router answers costs no more than a multiple of what it sends.
func TestMemory(t *testing.T) {
	bands := fill(mib, `"rat":[{"band":[`, `{"signal":{"rsrp":-90}}`, `]}]`)
	modems := fill(32<<10, `"cellular":{"rat":[{"band":[`, `{}`, `]}]}`)
	routes := `{"peerId":"%d",` + fill(2<<10, `"route":[`, "1", `]`) + fill(2<<10, `,"inactiveRoute":[`, "1", `]`) + fill(2<<10, `,"conflictRoute":[`, "1", `]}`)
	for name, test := range map[string]struct {
		response string
		decode   func(string) error
	}{
		"WANs, few":        {fill(mib/4, `{`, `"a%d":{}`, `}`), read[peplink.WANConnections]},
		"WANs":             {fill(4*mib, `{`, `"a%d":{}`, `}`), read[peplink.WANConnections]},
		"WANs with modems": {fill(4*mib, `{`, `"a%d":{`+modems+`}`, `}`), read[peplink.WANConnections]},
		"one id again":     {fill(4*mib, `{`, `"1":{}`, `}`), read[peplink.WANConnections]},
		"an id":            {`{"` + strings.Repeat("x", 4*mib) + `":{}}`, read[peplink.WANConnections]},
		"order":            {fill(4*mib, `{"1":{},"order":[`, `%d`, `]}`), read[peplink.WANConnections]},
		"peers":            {fill(15*mib, `{"peer":[`, `{"peerId":"%d"}`, `]}`), read[pepvpnAnswer]},
		"peers of nothing": {fill(15*mib, `{"peer":[`, `{}`, `]}`), read[pepvpnAnswer]},
		"peers and routes": {fill(15*mib, `{"peer":[`, routes, `]}`), read[pepvpnAnswer]},
		"profiles":         {fill(15*mib, `{"profile":{`, `"%d":{"name":"p"}`, `}}`), read[pepvpnAnswer]},
		"counters":         {fill(15*mib, `{"tunnel":{"1":{"1":{"rx":[`, `1`, `]}}}}`), read[pepvpnAnswer]},
		"links":            {fill(15*mib, `{"tunnel":{"1":{`, `"%d":{}`, `}}}`), read[pepvpnAnswer]},
		"name and bands":   {`{"1":{"name":"` + strings.Repeat("x", 3*mib) + `","cellular":{` + bands + `}}}`, read[peplink.WANConnections]},
		"name":             {`{"1":{"name":"` + strings.Repeat("x", 4*mib) + `"}}`, read[peplink.WANConnections]},
		"escaped name":     {`{"1":{"name":"` + strings.Repeat(`\u00e9`, 4*mib/6) + `"}}`, read[peplink.WANConnections]},
		"digits":           {`{"1":{"uptime":` + strings.Repeat("1", 2*mib) + `,"mtu":"` + strings.Repeat("1", 2*mib) + `"}}`, read[peplink.WANConnections]},
		"addresses":        {fill(4*mib, `{"1":{"dns":[`, `1`, `]}}`), read[peplink.WANConnections]},
		"unknown":          {fill(4*mib, `{"1":{"x":[`, `{"a":[1]}`, `]}}`), read[peplink.WANConnections]},
		"deep":             {`{"1":{"x":` + strings.Repeat("[", 900) + strings.Repeat(" ", mib) + strings.Repeat("]", 900) + `}}`, read[peplink.WANConnections]},
		"SIMs of all":      {fill(4*mib, `{`, `"%d":{"1":{},"2":{"usage":1}}`, `}`), read[peplink.Allowances]},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := test.decode(test.response)
			runtime.ReadMemStats(&after)
			ok(t, err)
			// All that was allocated, garbage included: there is never more at a time. The
			// rest is left to whoever reads the body.
			if used, most := after.TotalAlloc-before.TotalAlloc, uint64(12*len(test.response)); used > most {
				t.Errorf("%d bytes took %d, %.1f times as much", len(test.response), used, float64(used)/float64(len(test.response)))
			}
		})
	}
}

func read[T any](response string) error {
	_, err := peplink.Decode[T](response)
	return err
}

// The surplus is left out and counted; what comes first is kept.
func TestSurplus(t *testing.T) {
	list := func(n int, begin, element, end string) string {
		return begin + strings.Repeat(element+",", n-1) + element + end
	}
	keyed := func(n int, begin, end string) string {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprintf(`"%d":{}`, i+1))
		}
		return begin + strings.Join(members, ",") + end
	}
	modem := func(count func(*peplink.Modem) int) func(string) (int, int, error) {
		return counting(func(w *peplink.WANConnections) int { return count(w.Entries()[0].Value.Modem()) })
	}
	bands := func(m *peplink.Modem) (n int) {
		for _, rat := range m.AllBands() {
			n += len(rat.Bands.Items())
		}
		return n
	}
	for name, test := range map[string]struct {
		most  int
		make  func(n int) string
		count func(response string) (kept, unreadable int, err error)
	}{
		"WANs":  {128, func(n int) string { return keyed(n, "{", "}") }, counting(func(w *peplink.WANConnections) int { return len(w.Entries()) })},
		"SIMs":  {16, func(n int) string { return keyed(n, `{"1":{"cellular":{"sim":{`, "}}}}") }, modem(func(m *peplink.Modem) int { return len(m.SIMs.Entries()) })},
		"RATs":  {8, func(n int) string { return list(n, `{"1":{"cellular":{"rat":[`, "{}", "]}}}") }, modem(func(m *peplink.Modem) int { return len(m.RATs.Items()) })},
		"bands": {64, func(n int) string { return list(n, `{"1":{"cellular":{"band":[`, "{}", "]}}}") }, modem(bands)},
		"of RATs": {64, func(n int) string {
			return list(60, `{"1":{"cellular":{"rat":[{"band":[`, "{}", `]},{"band":[`) + list(n-60, "", "{}", "]}]}}}")
		}, modem(bands)},
		"profiles": {4096, func(n int) string { return keyed(n, `{"profile":{`, "}}") }, counting(func(p *pepvpnAnswer) int { return len(p.Profiles.Entries()) })},
		"peers":    {peplink.MaxPeers, func(n int) string { return list(n, `{"peer":[`, "{}", "]}") }, counting(func(p *pepvpnAnswer) int { return len(p.Peers.Items()) })},
		"tunnels":  {4096, func(n int) string { return keyed(n, `{"tunnel":{`, "}}") }, counting(func(p *pepvpnAnswer) int { return len(p.Tunnels.Entries()) })},
		"links":    {64, func(n int) string { return keyed(n, `{"tunnel":{"1":{"wan":{`, "}}}}") }, counting(func(p *pepvpnAnswer) int { return len(p.Tunnels.Entries()[0].Value.Links.Entries()) })},
		"routes":   {512, func(n int) string { return list(n, `{"peer":[{"route":[`, `"r"`, "]}]}") }, counting(func(p *pepvpnAnswer) int { return len(p.Peers.Items()[0].Routes.Items()) })},
		"LANs":     {512, func(n int) string { return keyed(n, "{", "}") }, counting(func(l *peplink.LANs) int { return len(l.Entries()) })},
		"firmware": {64, func(n int) string { return keyed(n, "{", "}") }, counting(func(f *peplink.Firmwares) int { return len(f.Entries()) })},
		"sensors":  {64, func(n int) string { return list(n, `{"thermalSensor":[`, "{}", "]}") }, counting(func(s *peplink.SystemInfo) int { return len(s.Thermals.Items()) })},
	} {
		for _, surplus := range []int{0, 1, 5} {
			kept, unreadable, err := test.count(test.make(test.most + surplus))
			if err != nil || kept != test.most || unreadable != surplus {
				t.Errorf("%s: %d of %d kept, %d unreadable, error %v", name, kept, test.most+surplus, unreadable, err)
			}
		}
	}
}

func counting[T any](count func(*T) int) func(string) (int, int, error) {
	return func(response string) (kept, unreadable int, err error) {
		answer, err := peplink.Decode[T](response)
		if err != nil {
			return 0, 0, err
		}
		return count(&answer.Value), answer.Unreadable, nil
	}
}

// A text that is too long is cut, between characters; nothing is counted.
func TestLongTexts(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"just not":   {strings.Repeat("x", 1024), strings.Repeat("x", 1024)},
		"by one":     {strings.Repeat("x", 1025), strings.Repeat("x", 1024)},
		"characters": {"x" + strings.Repeat("ä", 512), "x" + strings.Repeat("ä", 511)},
		"no UTF-8":   {strings.Repeat("\xff", 400), strings.Repeat("\uFFFD", 341)},
	} {
		answer, err := peplink.Decode[peplink.WANConnections](`{"` + test.text + `":{"name":"` + test.text + `"}}`)
		if err != nil || answer.Unreadable != 0 {
			t.Fatalf("%s: %+v, error %v", name, answer, err)
		}
		if entry := answer.Value.Entries()[0]; entry.ID != test.want || entry.Value.Name.String() != test.want {
			t.Errorf("%s: id of %d bytes, name of %d, want %d", name, len(entry.ID), len(entry.Value.Name.String()), len(test.want))
		}
	}
}

// Whatever order says, it costs and counts nothing.
func TestLongOrder(t *testing.T) {
	answer, err := peplink.Decode[peplink.WANConnections](fill(64<<10, `{"1":{},"2":{},"order":[2,`, `7`, `]}`))
	ok(t, err)
	if entries := answer.Value.Entries(); answer.Unreadable != 0 || len(entries) != 2 || entries[0].ID != "2" {
		t.Errorf("%d unreadable, entries %v", answer.Unreadable, entries)
	}
}

// What is beyond all numbers is no number, and what is below none is none that was used.
func TestNoNumbers(t *testing.T) {
	for name, test := range map[string]struct {
		ofWAN      string
		want       []used
		unreadable int
	}{
		"usage": {`{"usage":1e308,"limit":6,"unit":"GB"}`, []used{{"", -1, 6144 * mb, -1}}, 1},
		"limit": {`{"usage":1,"limit":"1e308","unit":"MB"}`, []used{{"", mb, -1, -1}}, 1},
		"below": {`{"usage":-1,"limit":-2}`, []used{{"", -1, -1, -1}}, 2},
		"a SIM": {`{"1":{"usage":-1,"limit":6},"2":{"usage":1e308}}`, []used{{"1", -1, 6 * mb, -1}, {"2", -1, -1, -1}}, 2},
	} {
		got, unreadable := readAllowances(t, test.ofWAN)
		wantEqual(t, name, test.want, got)
		if unreadable != test.unreadable {
			t.Errorf("%s: %d unreadable, want %d", name, unreadable, test.unreadable)
		}
	}
	for _, value := range []string{
		`[1e308,1e308]`, `[1,-1]`, `-1`, `[1,"x"]`, `[[1]]`, `[` + strings.Repeat("1,", 64) + `1]`,
	} {
		wantEqual(t, value, said{Unreadable: 1}, decodeField[peplink.Counter](t, value))
	}
	wantEqual(t, "64", said{Value: 64.0, OK: true}, decodeField[peplink.Counter](t, `[`+strings.Repeat("1,", 63)+`1]`))
}
