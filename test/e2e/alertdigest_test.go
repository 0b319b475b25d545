//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"
)

// lasting are the info alerts about what lasts: it is there when the digest is written, or it was of no weight. Every
// other one tells what comes and goes.
var lasting = []string{"PeplinkTLSNotVerified", "PeplinkRouterLongAbsent", "PeplinkAllowance75", "PeplinkFirmwareMismatch"}

type infoRule struct {
	Alert  string            `yaml:"alert"`
	Expr   string            `yaml:"expr"`
	Keep   string            `yaml:"keep_firing_for"`
	Labels map[string]string `yaml:"labels"`
}

func infoRules(t *testing.T) []infoRule {
	t.Helper()
	text, err := os.ReadFile(alertRules)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Groups []struct {
			Rules []infoRule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	var all []infoRule
	for _, group := range parsed.Groups {
		all = append(all, slices.DeleteFunc(group.Rules, func(r infoRule) bool { return r.Labels["severity"] != "info" })...)
	}
	if len(all) < len(lasting) {
		t.Fatalf("%d info alerts in %s", len(all), alertRules)
	}
	return all
}

var window = regexp.MustCompile(`\[(\w+)\]`)

// A digest is written each so many hours. What fires for less may begin and end between two of them, and is never told.
func TestDigestMissesNothing(t *testing.T) {
	text, err := os.ReadFile(alertConfig)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)severity="info".*?group_interval: (\w+)\s+repeat_interval: (\w+)`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("no digest in %s", alertConfig)
	}
	between, repeated := duration(t, string(found[1])), duration(t, string(found[2]))
	if repeated >= between {
		t.Errorf("a digest like the one before comes after %v, and so every second day", repeated)
	}
	for _, r := range infoRules(t) {
		fires := duration(t, r.Keep)
		for _, w := range window.FindAllStringSubmatch(r.Expr, -1) {
			fires = max(fires, duration(t, w[1])) // what looks back on a day fires for one
		}
		if fires < between && !slices.Contains(lasting, r.Alert) {
			t.Errorf("%s may fire for %v, and the digest comes each %v", r.Alert, fires, between)
		}
	}
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	if text == "" {
		return 0
	}
	d, err := model.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(d)
}

// Each info alert reaches the digest's receiver: none is muted or routed elsewhere.
func TestDigestTellsEveryInfoAlert(t *testing.T) {
	ctx := within(t)
	receiver := newReceiver(t)
	a := startAlertmanager(ctx, t, exampleConfig(t, receiver))
	var sent []alert
	for _, r := range infoRules(t) {
		sent = append(sent, alert{
			Labels:      labels{"alertname": r.Alert, "severity": "info", "job": "peplink", "instance": "bus-12"},
			Annotations: labels{"summary": r.Alert + " of bus 12", "runbook_url": runbook},
		})
	}
	a.send(ctx, t, sent...)
	receiver.wait(ctx, t, func(messages []message) error {
		m, err := one(messages, "/mattermost", "Digest")
		if err != nil {
			return err
		}
		post, err := attachmentOf(m)
		if err != nil {
			return err
		}
		for _, s := range sent {
			if name := s.Labels["alertname"]; !strings.Contains(post.Text, "- "+name+" of bus 12") {
				return fmt.Errorf("%s is not in the digest:\n%s", name, post.Text)
			}
		}
		return nil
	})
}
