//go:build e2e

// Package e2e runs the whole exporter under a real Prometheus, against the simulated routers of the demo.
//
// It knows the program only from outside: its pages, the answers of Prometheus, and the control port of each
// simulated router. It needs prometheus and promtool in PATH, and fails without them.
package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// patience ends a test that hangs. It fails none that is slow: the first one compiles the exporter besides.
const patience = 10 * time.Minute

// within bounds a test by its patience, and by Ctrl-C: the programs it started live in process groups of their own,
// which a terminal would not reach.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	t.Cleanup(stop)
	ctx, cancel := context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	return ctx
}

// The subtests share one demo and one Prometheus and build on each other's state.
func TestDemoUnderPrometheus(t *testing.T) {
	ctx := within(t)
	demo := startDemo(ctx, t)
	began := time.Now()
	prom := startPrometheus(ctx, t, t.TempDir(), shortened(demo.address()))

	found := t.Run("every target is found and polled", func(t *testing.T) { checkTargets(ctx, t, demo, prom) })
	if !found || !t.Run("every router is up", func(t *testing.T) { checkUp(ctx, t, demo, prom) }) {
		t.FailNow() // the rest would only wait in vain
	}
	t.Run("every model is shown", func(t *testing.T) { checkModels(ctx, t, demo) })
	t.Run("signals and counters move", func(t *testing.T) { checkMovement(ctx, t, demo, prom) })
	t.Run("nobody is down at first", func(t *testing.T) { checkCalm(ctx, t, demo, prom, began) })
	t.Run("expositions are clean", func(t *testing.T) { checkExpositions(ctx, t, demo) })
	t.Run("the exporter speaks of itself", func(t *testing.T) { checkOwnMetrics(ctx, t, demo, prom) })
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) { scene.check(ctx, t, demo.Targets[0], prom) })
	}
	t.Run("a broken router is down, and up again", func(t *testing.T) { checkBroken(ctx, t, demo.Targets[0], prom) })
	t.Run("Ctrl-C ends everything, though a probe is running", func(t *testing.T) {
		demo.Targets[0].hang(ctx, t)
		demo.endsAfter(ctx, t, demo.pressCtrlC)
	})
}

// A service manager signals the demo alone; the exporter must not outlive it.
func TestDemoEndsAlone(t *testing.T) {
	ctx := within(t)
	demo := startDemo(ctx, t)
	demo.endsAfter(ctx, t, demo.terminate)
}

func checkTargets(ctx context.Context, t *testing.T, demo *demo, prom *prometheus) {
	want := map[string]string{}
	for _, target := range demo.Targets {
		want["peplink "+target.Name] = demo.Exporter + "/probe?target=" + target.Name
	}
	want["peplink_exporter "+demo.address()] = demo.Exporter + "/metrics"

	eventually(ctx, t, func(ctx context.Context) error {
		got := map[string]string{}
		targets, err := prom.targets(ctx)
		if err != nil {
			return err
		}
		for _, target := range targets {
			if target.Health == "up" {
				got[target.Labels["job"]+" "+target.Labels["instance"]] = target.ScrapeURL
			}
		}
		return differ("targets that are up (-want +got)", want, got)
	})
}

func checkUp(ctx context.Context, t *testing.T, demo *demo, prom *prometheus) {
	want := map[string]float64{}
	for _, target := range demo.Targets {
		want[target.Name] = 1
	}
	eventually(ctx, t, func(ctx context.Context) error {
		got, err := prom.ask(ctx, `peplink_up`, "instance")
		if err != nil {
			return err
		}
		return differ("peplink_up (-want +got)", want, got)
	})
	eventually(ctx, t, func(ctx context.Context) error {
		got, err := prom.ask(ctx, `max by (instance) (peplink_wan_up)`, "instance")
		if err != nil {
			return err
		}
		return differ("routers with a WAN that is up (-want +got)", want, got)
	})
}

func checkExpositions(ctx context.Context, t *testing.T, demo *demo) {
	pages := []string{demo.Exporter + "/metrics"}
	for _, target := range demo.Targets {
		pages = append(pages, demo.Exporter+"/probe?target="+target.Name)
	}
	for _, page := range pages {
		text, err := get(ctx, page)
		if err != nil {
			t.Error(err)
			continue
		}
		if said := promtoolCheck(ctx, t, text); said != "" {
			t.Errorf("promtool check metrics on %s:\n%s", page, said)
		}
	}
}

func checkOwnMetrics(ctx context.Context, t *testing.T, demo *demo, prom *prometheus) {
	eventually(ctx, t, func(ctx context.Context) error {
		got, err := prom.ask(ctx, `peplink_exporter_targets`, "job", "instance")
		if err != nil {
			return err
		}
		want := map[string]float64{"peplink_exporter/" + demo.address(): float64(len(demo.Targets))}
		return differ("peplink_exporter_targets (-want +got)", want, got)
	})
	eventually(ctx, t, func(ctx context.Context) error {
		got, err := prom.ask(ctx, `peplink_exporter_probes_total{outcome="up"} > 0`, "outcome")
		if err != nil {
			return err
		}
		return differ("outcomes counted (-want +got)", []string{"up"}, slices.Collect(maps.Keys(got)))
	})
}

// A router that answers nothing but errors costs its own series only: the scrape itself goes on.
func checkBroken(ctx context.Context, t *testing.T, target router, prom *prometheus) {
	const query = `
		label_replace(up{job="peplink"}, "what", "scraped", "", "") or
		label_replace(peplink_up, "what", "up", "", "") or
		label_replace(peplink_scrape_error{collector=~"wan|allowance"}, "what", "$1", "reason", "(.*)")`
	see := func(want map[string]float64) {
		t.Helper()
		eventually(ctx, t, func(ctx context.Context) error {
			got, err := prom.askAbout(ctx, target.Name, query, "what", "collector")
			if err != nil {
				return err
			}
			return differ("what is known (-want +got)", want, got)
		})
	}

	target.breakDown(ctx, t)
	see(map[string]float64{"scraped/": 1, "up/": 0, "http/wan": 1, "http/allowance": 1})
	target.mend(ctx, t)
	see(map[string]float64{"scraped/": 1, "up/": 1})
}

func differ(what string, want, got any) error {
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("%s:\n%s", what, diff)
	}
	return nil
}
