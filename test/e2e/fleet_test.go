//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// calm is how long after its start the demo shows no router in trouble.
const calm = 2 * time.Minute

// modelled are the models that the simulator knows: each is a folder.
func modelled(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("../../peplink/peplinktest/models/*/model.json")
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range folders {
		folders[i] = filepath.Base(filepath.Dir(file))
	}
	slices.Sort(folders)
	return folders
}

// checkModels: the demo has a router of every model there is.
func checkModels(ctx context.Context, t *testing.T, demo *demo) {
	var shown []string
	for _, target := range demo.Targets {
		shown = append(shown, target.model(ctx, t))
	}
	slices.Sort(shown)
	if err := differ("models (-simulated +shown)", modelled(t), slices.Compact(shown)); err != nil {
		t.Error(err)
	}
	if len(demo.Targets) < 5 {
		t.Errorf("the demo has %d routers, and so is no fleet", len(demo.Targets))
	}
}

// moving are the models that move, by what moves in them. The examples of the API document
// stand still.
var moving = map[string][]string{
	"peplink_cellular_rsrp_dbm":               {"balance-8.0", "max-br1-5g-8.6", "max-hd2-8.3"},
	"peplink_cellular_rssi_dbm":               {"sloppy"},
	"peplink_pepvpn_link_receive_bytes_total": {"balance-8.0", "fusionhub-8.3", "max-br1-5g-8.6", "max-hd2-8.3"},
	"peplink_allowance_usage_bytes":           {"max-br1-5g-8.6", "max-hd2-8.3"},
	"peplink_device_time_seconds":             {"fusionhub-8.3", "max-br1-5g-8.6", "max-hd2-8.3", "sloppy"},
}

func checkMovement(ctx context.Context, t *testing.T, demo *demo, prom *prometheus) {
	models := map[string]string{}
	for _, target := range demo.Targets {
		models[target.Name] = target.model(ctx, t)
	}
	for metric, want := range moving {
		eventually(ctx, t, func(ctx context.Context) error {
			got, err := prom.ask(ctx, `count by (instance) (changes(`+metric+`[5m]) > 0)`, "instance")
			if err != nil {
				return err
			}
			var moved []string
			for instance := range got {
				moved = append(moved, models[instance])
			}
			for _, model := range want {
				if !slices.Contains(moved, model) {
					return fmt.Errorf("%s of %s has not changed, only of %v", metric, model, moved)
				}
			}
			return nil
		})
	}
}

// checkCalm: from the first scrape on, and for two minutes if the tests take so long, every
// router is up and every scrape succeeds.
func checkCalm(ctx context.Context, t *testing.T, demo *demo, prom *prometheus, began time.Time) {
	want := map[string]float64{}
	for _, target := range demo.Targets {
		want["peplink_up/"+target.Name], want["up/"+target.Name] = 1, 1
	}
	got, err := prom.ask(ctx, fmt.Sprintf(`
		label_replace(min_over_time(peplink_up[%[1]ds] @ %[2]d), "what", "peplink_up", "", "") or
		label_replace(min_over_time(up{job="peplink"}[%[1]ds] @ %[2]d), "what", "up", "", "")`,
		int(calm.Seconds()), began.Add(calm).Unix()), "what", "instance")
	if err != nil {
		t.Fatal(err)
	}
	if err := differ("the least in the first two minutes (-want +got)", want, got); err != nil {
		t.Error(err)
	}
}

// The golden expositions are what every model is known to show.
func TestGoldenExpositionsAreClean(t *testing.T) {
	ctx := within(t)
	files, err := filepath.Glob("../../collector/testdata/*.prom")
	if err != nil {
		t.Fatal(err)
	}
	if least := 2 * len(modelled(t)); len(files) < least || least == 0 {
		t.Fatalf("%d expositions, want %d: each model by default and with all exposed", len(files), least)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if said := promtoolCheck(ctx, t, text); said != "" {
			t.Errorf("promtool check metrics on %s:\n%s", filepath.Base(file), said)
		}
	}
}

// A check that is silent about everything would prove nothing.
func TestPromtoolFindsFaults(t *testing.T) {
	ctx := within(t)
	for _, text := range []string{"a_total 1\n", "# TYPE a counter\n# HELP a A.\na 1\n", "a{b=\"c\"} 1\na{b=\"c\"} 2\n", "no exposition"} {
		if said := promtoolCheck(ctx, t, []byte(text)); said == "" {
			t.Errorf("promtool check metrics takes %q", text)
		}
	}
}
