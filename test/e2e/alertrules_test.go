//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"
)

const alertRules = "../../deploy/prometheus/peplink.rules.yml"

// pace is how much faster the alerts become than users have them: a minute of waiting is a second. What is in the
// expressions stays: the windows of a rate or of a week.
const pace = 60

// quickRules are the rules that users are given, except for how long alerts wait, go on, and how often they are looked
// at.
func quickRules(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(alertRules)
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string]any
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	alerts := 0
	for _, each := range parsed["groups"].([]any) {
		group := each.(map[string]any)
		group["interval"] = "1s"
		for _, each := range group["rules"].([]any) {
			rule := each.(map[string]any)
			if rule["alert"] != nil {
				alerts++
			}
			for _, key := range []string{"for", "keep_firing_for"} {
				if rule[key] != nil {
					rule[key] = quicker(t, rule[key])
				}
			}
		}
	}
	if alerts == 0 {
		t.Fatalf("no alert in %s", alertRules)
	}
	quick, err := yaml.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return quick
}

func quicker(t *testing.T, wait any) string {
	t.Helper()
	d, err := model.ParseDuration(fmt.Sprint(wait))
	if err != nil {
		t.Fatal(err)
	}
	return model.Duration(max(time.Duration(d)/pace, time.Second).Truncate(time.Second)).String()
}

// startAlertingPrometheus is one that sends its alerts to an Alertmanager. Its rules are loaded when it has scraped every
// router: what it takes to find them is nothing beside the five minutes that an exporter may be away, but is as long as
// their sixtieth.
func startAlertingPrometheus(ctx context.Context, t *testing.T, demo *demo, a *alertmanager) *prometheus {
	t.Helper()
	rules := filepath.Join(t.TempDir(), "late.rules.yml")
	config := shortened(demo.address()) + fmt.Sprintf("rule_files: [%q]\n", rules) +
		fmt.Sprintf("alerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}\n", strings.TrimPrefix(a.url, "http://"))
	p := startPrometheus(ctx, t, t.TempDir(), config,
		"--web.enable-lifecycle",
		"--rules.alert.resend-delay=10s") // what fires at once is sent before the Alertmanager is known, and then again
	eventually(ctx, t, func(ctx context.Context) error { return p.scrapes(ctx, len(demo.Targets)+1) })
	if err := os.WriteFile(rules, quickRules(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := call(ctx, http.MethodPost, p.url+"/-/reload", nil); err != nil {
		t.Fatal(err)
	}
	return p
}

// scrapes says whether so many targets answer.
func (p *prometheus) scrapes(ctx context.Context, want int) error {
	got, err := p.ask(ctx, `up == 1`, "job", "instance")
	if err != nil {
		return err
	}
	if len(got) != want {
		return fmt.Errorf("%d targets answer, want %d", len(got), want)
	}
	return nil
}
