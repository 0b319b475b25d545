package mutants

import (
	"context"
	"fmt"
	"sync"
)

// outcome is how one mutant fared.
type outcome struct {
	mutant   mutant
	killedBy string // the suite that noticed; empty if none did
	err      error  // why there is no verdict
}

// trial puts mutants before the suites.
type trial struct {
	rules    *rulesFile
	suites   []*suite
	promtool promtool
	workers  int
}

// run judges every mutant, several at a time, and returns the outcomes in the mutants' order.
func (t *trial) run(ctx context.Context, mutants []mutant) ([]outcome, error) {
	in, err := influenceOf(t.rules)
	if err != nil {
		return nil, err
	}
	hearings := map[series][]hearing{}
	for _, m := range mutants {
		from := m.rule.makes()
		if _, known := hearings[from]; known {
			continue
		}
		if hearings[from], err = t.hearings(ctx, in, from); err != nil {
			return nil, err
		}
	}
	outcomes := make([]outcome, len(mutants))
	next := make(chan int)
	var workers sync.WaitGroup
	for range t.workers {
		workers.Go(func() {
			for i := range next {
				outcomes[i] = t.judge(ctx, mutants[i], hearings[mutants[i].rule.makes()])
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	workers.Wait()
	return outcomes, nil
}

// judge asks one suite after the other until one notices the mutant.
func (t *trial) judge(ctx context.Context, m mutant, hearings []hearing) outcome {
	broken := m.apply(t.rules)
	for _, h := range hearings {
		passed, _, err := t.promtool.test(ctx, broken.only(h.needed), h.suite)
		if err != nil {
			err = fmt.Errorf("%s: %w", m.name, err)
		} else if !passed {
			err = h.sound()
		}
		if err != nil {
			return outcome{mutant: m, err: err}
		}
		if !passed {
			return outcome{mutant: m, killedBy: h.suite.name}
		}
	}
	return outcome{mutant: m}
}
