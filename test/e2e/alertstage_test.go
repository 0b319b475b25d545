//go:build e2e

package e2e

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// The rules and the routes as users have them, only faster, from a router's answer to what a receiver is sent.
func TestAlertScenes(t *testing.T) {
	ctx := within(t)
	demo := startDemo(ctx, t)
	for _, r := range demo.Targets {
		// What the models do by themselves, from their third minute on, would fire alerts too.
		r.delete(ctx, t, "/scenes")
	}
	s := &stage{receiver: newReceiver(t)}
	a := startAlertmanager(ctx, t, toWebhooks(t, atEveryHour(t, exampleConfig(t, s.receiver)), s.receiver))
	s.prometheus = startAlertingPrometheus(ctx, t, demo, a)

	if !t.Run("at rest", func(t *testing.T) { s.expect(ctx, t, atRest, nil) }) {
		t.FailNow() // nothing could be told apart from it
	}
	var all []notice
	for _, scene := range alertScenes {
		on := slices.IndexFunc(demo.Targets, func(r router) bool { return r.Name == scene.router })
		if on < 0 {
			t.Fatalf("the demo has no %s", scene.router)
		}
		all = append(all, scene.fires()...)
		if !t.Run(scene.name, func(t *testing.T) { scene.play(ctx, t, s, demo.Targets[on]) }) {
			t.FailNow()
		}
	}
	t.Run("nothing else has fired", func(t *testing.T) { s.checkHistory(ctx, t, all) })
}

// checkHistory looks at all that Prometheus remembers, so that nothing has come and gone between two looks.
func (s *stage) checkHistory(ctx context.Context, t *testing.T, scenes []notice) {
	got, err := s.prometheus.alerts(ctx, `max without (alertstate) (max_over_time(ALERTS{alertstate="firing"}[10m]))`)
	if err != nil {
		t.Fatal(err)
	}
	if err := differ("alerts that fired at any time (-want +got)", keys(atRest, scenes), got); err != nil {
		t.Error(err)
	}
	s.expect(ctx, t, nil, nil)
}

// stage is where the scenes are played.
type stage struct {
	receiver   *receiver
	prometheus *prometheus
	seen       int // notices of earlier scenes
}

// fires are the alerts of the scene, those that nobody is told of too.
func (scene *alertScene) fires() []notice {
	all := slices.Clone(scene.told)
	for _, m := range scene.muted {
		all = append(all, notice{Labels: m})
	}
	return all
}

func (scene *alertScene) play(ctx context.Context, t *testing.T, s *stage, r router) {
	firing, resolved := statuses(scene.told, "firing"), statuses(scene.told, "resolved")
	scene.begin(ctx, t, r)
	s.expect(ctx, t, firing, scene.fires())
	s.seen -= len(firing) // both are compared again: nothing may have come in between
	scene.end(ctx, t, r)
	s.expect(ctx, t, slices.Concat(firing, resolved), nil)
}

// expect waits until what fires is exactly that at rest and what comes with the scene, and the notices since the last
// time are exactly those wanted.
func (s *stage) expect(ctx context.Context, t *testing.T, want, besides []notice) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	eventually(ctx, t, func(ctx context.Context) error {
		firing, err := s.prometheus.alerts(ctx, `ALERTS{alertstate="firing"}`)
		if err != nil {
			return err
		}
		return differ("alerts that fire (-want +got)", keys(atRest, besides), firing)
	})
	s.receiver.wait(ctx, t, func(messages []message) error {
		news, err := notices(messages)
		if err != nil {
			return err
		}
		return differ("notices (-want +got)", sorted(want), sorted(news[s.seen:]))
	})
	s.seen += len(want)
}

// statuses are notices with a status each.
func statuses(of []notice, status string) []notice {
	with := slices.Clone(of)
	for i := range with {
		with[i].Status = status
	}
	return with
}

func sorted(all []notice) []string {
	var lines []string
	for _, n := range all {
		lines = append(lines, n.String())
	}
	slices.Sort(lines)
	return lines
}

// telling are the labels that tell alerts apart.
var telling = []string{"alertname", "job", "instance", "profile_id", "peer_id", "wan_id", "sim"}

// alerts are those that a query about ALERTS finds, sorted.
func (p *prometheus) alerts(ctx context.Context, query string) ([]string, error) {
	answer, err := p.ask(ctx, query, telling...)
	return slices.Sorted(maps.Keys(answer)), err
}

// keys are the same of notices, each once.
func keys(lists ...[]notice) []string {
	var all []string
	for _, n := range slices.Concat(lists...) {
		var values []string
		for _, label := range telling {
			values = append(values, n.Labels[label])
		}
		all = append(all, strings.Join(values, "/"))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
