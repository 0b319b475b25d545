package peplink_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// used is an allowance as it ends in metrics; −1 is what is not there.
type used struct {
	SIM          string
	Usage, Limit float64
	Start        int
}

func usedOf(sim string, allowance *peplink.Allowance) used {
	got := used{SIM: sim, Usage: -1, Limit: -1, Start: -1}
	if bytes, ok := allowance.UsageBytes(); ok {
		got.Usage = bytes
	}
	if bytes, ok := allowance.LimitBytes(); ok {
		got.Limit = bytes
	}
	if day, ok := allowance.Start.Value(); ok {
		got.Start = day
	}
	return got
}

// readAllowances returns what a WAN has used when the router answers so.
func readAllowances(t *testing.T, ofWAN string) (got []used, unreadable int) {
	t.Helper()
	b := newBench(t, setup{})
	b.SetFault(allowance, peplinktest.Fault{Body: new(`{"stat":"ok","response":{"1":` + ofWAN + `,"order":[1]}}`)})
	answer, err := b.client.Allowances(t.Context(), noneCellular)
	ok(t, err)
	for _, entry := range answer.Value.Entries() {
		sims := entry.Value.BySIM.Entries()
		for _, sim := range sims {
			got = append(got, usedOf(sim.ID, &sim.Value))
		}
		if len(sims) == 0 {
			got = append(got, usedOf("", &entry.Value.Whole))
		}
	}
	return got, answer.Unreadable
}

const mb = 1 << 20

func TestAllowance(t *testing.T) {
	for name, test := range map[string]struct {
		ofWAN      string
		want       []used
		unreadable int
	}{
		"flat":             {`{"enable":true,"usage":5,"limit":1024,"percent":0,"start":1,"unit":"MB"}`, []used{{"", 5 * mb, 1024 * mb, 1}}, 0},
		"GB":               {`{"usage":1.5,"limit":"2","unit":"GB"}`, []used{{"", 1536 * mb, 2048 * mb, -1}}, 0},
		"unit missing":     {`{"usage":5,"limit":6}`, []used{{"", 5 * mb, 6 * mb, -1}}, 0},
		"unit empty":       {`{"usage":5,"limit":6,"unit":""}`, []used{{"", 5 * mb, 6 * mb, -1}}, 0},
		"unit unknown":     {`{"usage":5,"limit":6,"unit":"furlong"}`, []used{{"", -1, -1, -1}}, 1},
		"unit no text":     {`{"usage":5,"unit":[1]}`, []used{{"", -1, -1, -1}}, 1},
		"unlimited":        {`{"usage":5,"limit":0,"unit":"MB"}`, []used{{"", 5 * mb, -1, -1}}, 0},
		"over the limit":   {`{"usage":7,"limit":6,"unit":"MB"}`, []used{{"", 7 * mb, 6 * mb, -1}}, 0},
		"nothing used":     {`{"usage":0,"limit":6,"unit":"MB"}`, []used{{"", 0, 6 * mb, -1}}, 0},
		"monitor off":      {`{"enable":false}`, []used{{"", -1, -1, -1}}, 0},
		"start a string":   {`{"start":"31"}`, []used{{"", -1, -1, 31}}, 0},
		"start last day":   {`{"start":0}`, []used{{"", -1, -1, 0}}, 0},
		"start too large":  {`{"start":32}`, []used{{"", -1, -1, -1}}, 1},
		"start negative":   {`{"start":-1}`, []used{{"", -1, -1, -1}}, 1},
		"start in between": {`{"start":1.5}`, []used{{"", -1, -1, -1}}, 1},
		"start a word":     {`{"start":"monday"}`, []used{{"", -1, -1, -1}}, 1},
		"by SIM": {
			`{"1":{"usage":5,"unit":"MB","start":1},"2":{"usage":"6","unit":"GB","start":"2"},"order":[2,1]}`,
			[]used{{"2", 6144 * mb, -1, 2}, {"1", 5 * mb, -1, 1}},
			0,
		},
		"by SIM, garbled one": {`{"1":{"usage":true},"2":{"usage":6}}`, []used{{"1", -1, -1, -1}, {"2", 6 * mb, -1, -1}}, 1},
		"by SIM, facts beside": {
			`{"enable":true,"unit":"MB","1":{"usage":5}}`,
			[]used{{"1", 5 * mb, -1, -1}},
			0,
		},
		"by SIM, one no object": {`{"1":"x","order":[1]}`, []used{{"", -1, -1, -1}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, unreadable := readAllowances(t, test.ofWAN)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.ofWAN, diff)
			}
			if unreadable != test.unreadable {
				t.Errorf("%s: %d unreadable, want %d", test.ofWAN, unreadable, test.unreadable)
			}
		})
	}
}

func TestAllowanceEmpty(t *testing.T) {
	b := newBench(t, setup{})
	for _, body := range []string{`{"stat":"ok"}`, `{"stat":"ok","response":[]}`, `{"stat":"ok","response":{"1":[],"2":null,"order":[]}}`} {
		b.SetFault(allowance, peplinktest.Fault{Body: &body})
		answer, err := b.client.Allowances(t.Context(), noneCellular)
		ok(t, err)
		if n := len(answer.Value.Entries()); n != 0 || answer.Unreadable != 0 {
			t.Errorf("%s: %d entries, %d unreadable, want none", body, n, answer.Unreadable)
		}
	}
}
