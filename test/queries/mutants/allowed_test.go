package mutants

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseAllowed(t *testing.T) {
	got, err := parseAllowed("# a remark\n\nA: drop and b\tb is always there\n  B: +1 of 0 in a > 0\t  counted: \t never below 1 \n")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"A: drop and b": "b is always there", "B: +1 of 0 in a > 0": "counted: \t never below 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, text := range map[string]string{
		"no proof":    "A: drop and b\n",
		"empty proof": "A: drop and b\t  \n",
		"twice":       "A: drop and b\tone\nA: drop and b\ttwo\n",
	} {
		if got, err := parseAllowed(text); err == nil {
			t.Errorf("%s: no error, but %v", name, got)
		}
	}
}

func TestComplaints(t *testing.T) {
	all := make([]mutant, 40)
	for i := range all {
		all[i].name = "m" + strconv.Itoa(i)
	}
	killed := func(i int) outcome { return outcome{mutant: all[i], killedBy: "a.test.yml"} }
	survived := func(i int) outcome { return outcome{mutant: all[i]} }
	for _, test := range []struct {
		name     string
		outcomes []outcome
		allowed  []string
		want     []string
	}{
		{name: "all killed", outcomes: []outcome{killed(0), killed(1)}},
		{name: "a survivor that may", outcomes: []outcome{killed(0), survived(1)}, allowed: []string{"m1"}},
		{name: "a survivor that may not", outcomes: []outcome{killed(0), survived(1)}, want: []string{"survived: m1"}},
		{name: "one of the list is killed", outcomes: []outcome{killed(1)}, allowed: []string{"m1"}, want: []string{"allowed, but killed by a.test.yml: m1"}},
		{name: "one of the list is not tried", outcomes: []outcome{killed(0)}, allowed: []string{"m1"}},
		{name: "one of the list does not exist", allowed: []string{"gone"}, want: []string{"allowed, but there is no such mutant: gone"}},
		{name: "no verdict", outcomes: []outcome{{mutant: all[2], err: errors.New("stuck")}}, allowed: []string{"m2"}, want: []string{"no verdict: stuck"}},
		{name: "just few enough", allowed: []string{"m1", "m2"}},
		{name: "too many", allowed: []string{"m1", "m2", "m3"}, want: []string{"3 of 40 mutants are allowed to survive: more than 5 %"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			allowed := map[string]string{}
			for _, name := range test.allowed {
				allowed[name] = "proof"
			}
			if diff := cmp.Diff(test.want, complaints(all, test.outcomes, allowed)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Every mutant is in the sample of some seed, the same seed gives the same sample, and the text names what gives it.
func TestSampled(t *testing.T) {
	all := make([]mutant, 103)
	for i := range all {
		all[i].name = strconv.Itoa(i)
	}
	seen := map[string]bool{}
	for seed := range 100 {
		some, how := sampled(all, 20, strconv.Itoa(seed))
		again, _ := sampled(all, 20, strconv.Itoa(seed))
		if len(some) < 17 || len(some) > 18 || len(again) != len(some) || again[0].name != some[0].name {
			t.Fatalf("seed %d: %d mutants from %s, then %d from %s", seed, len(some), some[0].name, len(again), again[0].name)
		}
		if !strings.Contains(how, "-mutants.sample=20 -mutants.seed="+strconv.Itoa(seed)) {
			t.Fatalf("seed %d: %s", seed, how)
		}
		for _, m := range some {
			seen[m.name] = true
		}
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d mutants are in some sample", len(seen), len(all))
	}
	for _, wanted := range []int{0, 103, 1000} {
		if some, _ := sampled(all, wanted, "0"); len(some) != len(all) {
			t.Errorf("%d of %d mutants where %d are wanted", len(some), len(all), wanted)
		}
	}
}
