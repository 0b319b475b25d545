//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const (
	alertFolder = "../../deploy/alertmanager"
	alertConfig = alertFolder + "/alertmanager.yml"

	serviceDays = "'monday:friday'"
	serviceZone = "Europe/Berlin"
)

// exampleConfig is the example as users are given it, but for addresses, files and waiting times. What a group waits
// for is a second, what is said again is not said again within a test.
func exampleConfig(t *testing.T, r *receiver) string {
	t.Helper()
	text, err := os.ReadFile(alertConfig)
	if err != nil {
		t.Fatal(err)
	}
	templates, err := filepath.Abs(filepath.Join(alertFolder, "templates"))
	if err != nil {
		t.Fatal(err)
	}
	config := regexp.MustCompile(`(group_wait|group_interval): \w+`).ReplaceAllString(string(text), "$1: 1s")
	return replaced(t, config,
		// What is a comment in the file, because older versions refuse it, has to work all the same.
		"  #   ", "    ",
		"bot_token_file: /etc/alertmanager/secrets/telegram-token", "bot_token: '123456:secret'\n        api_url: "+r.url,
		"templates/*.tmpl", filepath.Join(templates, "*.tmpl"),
		"http://127.0.0.1:9095", r.url,
		"/etc/alertmanager/secrets", secrets(t, r),
	)
}

// replaced puts one text in place of another, pair by pair. It fails for what is not there: then the test would prove
// something about another file.
func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for pair := range slices.Chunk(pairs, 2) {
		if !strings.Contains(text, pair[0]) {
			t.Fatalf("%s does not contain %q", alertConfig, pair[0])
		}
		text = strings.ReplaceAll(text, pair[0], pair[1])
	}
	return text
}

// secrets is a folder with what the example reads its secrets from.
func secrets(t *testing.T, r *receiver) string {
	t.Helper()
	folder := t.TempDir()
	for name, secret := range map[string]string{
		"pager-token":    "pager-secret",
		"slack-url":      r.url + "/slack",
		"mattermost-url": r.url + "/mattermost",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// atEveryHour lets warnings pass whatever time it is when the test is run.
func atEveryHour(t *testing.T, config string) string {
	t.Helper()
	return replaced(t, config, serviceDays, "'sunday:saturday'", "'07:00'", "'00:00'", "'19:00'", "'24:00'")
}

// toWebhooks has every receiver get Alertmanager's own form of message, resolved alerts too, in place of a chat's.
func toWebhooks(t *testing.T, config string, r *receiver) string {
	t.Helper()
	var parsed map[string]any
	if err := yaml.Unmarshal([]byte(config), &parsed); err != nil {
		t.Fatal(err)
	}
	for _, each := range parsed["receivers"].([]any) {
		receiver := each.(map[string]any)
		for key := range receiver {
			if key != "name" {
				delete(receiver, key)
			}
		}
		receiver["webhook_configs"] = []any{map[string]any{"url": r.url, "send_resolved": true}}
	}
	text, err := yaml.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
