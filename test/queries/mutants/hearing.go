package mutants

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/common/model"
)

// hearing is what part of a suite has to say about the rules for one series. Only those rules and checks are run that
// can matter: to run all rules through a test of a week takes thirty times as long and says the same.
type hearing struct {
	suite  *suite
	needed map[series]bool
	steps  int // how often the rules are evaluated
	// sound runs the unbroken rules: where the suite fails without a mutant, to fail with one says nothing.
	sound func() error
}

// batchSteps is how many evaluations are worth a promtool of their own. Short tests share one, for to start it takes
// longer than they do; a test of a week stands alone, and is asked last.
const batchSteps = 400

// hearings are what the rules for a series can influence, the quickest first.
func (t *trial) hearings(ctx context.Context, in *influence, from series) ([]hearing, error) {
	reached := in.reaches(from)
	var all []hearing
	for _, s := range t.suites {
		less, err := s.trimmed(in, reached)
		if err != nil {
			return nil, err
		}
		batches, err := less.batches()
		if err != nil {
			return nil, err
		}
		for _, b := range batches {
			looked, err := b.suite.asked(in)
			if err != nil {
				return nil, err
			}
			b.needed = in.needs(looked)
			b.sound = sync.OnceValue(func() error {
				passed, said, err := t.promtool.test(ctx, t.rules.only(b.needed), b.suite)
				if err == nil && !passed {
					err = fmt.Errorf("%s fails with sound rules:\n%s", b.suite.name, said)
				}
				return err
			})
			all = append(all, b)
		}
	}
	slices.SortStableFunc(all, func(a, b hearing) int { return cmp.Compare(a.steps, b.steps) })
	return all, nil
}

// trimmed is the suite with only those checks that can come out differently when the reached series do. The others
// come out as they do with sound rules.
func (s *suite) trimmed(in *influence, reached map[series]bool) (*suite, error) {
	less := *s
	less.Tests = nil
	for _, test := range s.Tests {
		kept := suiteTest{Rest: test.Rest}
		for _, check := range test.Alerts {
			if reached[check.asked()] {
				kept.Alerts = append(kept.Alerts, check)
			}
		}
		for _, check := range test.Queries {
			asked, err := in.asked(check.Expr)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			for made := range asked {
				if reached[made] {
					kept.Queries = append(kept.Queries, check)
					break
				}
			}
		}
		if len(kept.Alerts)+len(kept.Queries) > 0 {
			less.Tests = append(less.Tests, kept)
		}
	}
	return &less, nil
}

// asked is all that the checks of a suite look at.
func (s *suite) asked(in *influence) (map[series]bool, error) {
	all := map[series]bool{}
	for _, test := range s.Tests {
		for _, check := range test.Alerts {
			all[check.asked()] = true
		}
		for _, check := range test.Queries {
			asked, err := in.asked(check.Expr)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			for made := range asked {
				all[made] = true
			}
		}
	}
	return all, nil
}

func (c alertCheck) asked() series { return series{metric: "ALERTS", alert: c.Alert} }

// batches are the tests of a suite from the shortest to the longest, short ones together.
func (s *suite) batches() ([]hearing, error) {
	lengths := map[*suiteTest]int{}
	var order []*suiteTest
	for i := range s.Tests {
		steps, err := s.steps(&s.Tests[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		lengths[&s.Tests[i]] = steps
		order = append(order, &s.Tests[i])
	}
	slices.SortStableFunc(order, func(a, b *suiteTest) int { return cmp.Compare(lengths[a], lengths[b]) })
	var all []hearing
	for _, test := range order {
		last := len(all) - 1
		if last < 0 || all[last].steps+lengths[test] > batchSteps {
			less := *s
			less.Tests = nil
			all = append(all, hearing{suite: &less})
			last++
		}
		all[last].suite.Tests = append(all[last].suite.Tests, *test)
		all[last].steps += lengths[test]
	}
	return all, nil
}

// steps is how often promtool evaluates the rules for a test: from 0 to its last check, each minute unless told.
func (s *suite) steps(test *suiteTest) (int, error) {
	interval, err := duration(s.Interval)
	if err != nil {
		return 0, err
	}
	if interval == 0 {
		interval = time.Minute
	}
	var latest time.Duration
	times := make([]string, 0, len(test.Alerts)+len(test.Queries))
	for _, check := range test.Alerts {
		times = append(times, check.Time)
	}
	for _, check := range test.Queries {
		times = append(times, check.Time)
	}
	for _, at := range times {
		d, err := duration(at)
		if err != nil {
			return 0, err
		}
		latest = max(latest, d)
	}
	return int(latest/interval) + 1, nil
}

// duration reads what promtool would; nothing is 0.
func duration(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := model.ParseDuration(text)
	return time.Duration(d), err
}
