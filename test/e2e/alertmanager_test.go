//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// alertmanager is a running one.
type alertmanager struct{ url string }

// startAlertmanager runs one with a configuration, and returns when it takes alerts.
func startAlertmanager(ctx context.Context, t *testing.T, config string) *alertmanager {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "alertmanager.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(ctx, t)
	start(t, exec.CommandContext(ctx, alertmanagerProgram(t),
		"--config.file="+file,
		"--storage.path="+filepath.Join(folder, "data"),
		"--web.listen-address="+address,
		"--cluster.listen-address=", // alone
		"--log.level=warn"))
	a := &alertmanager{url: "http://" + address}
	eventually(ctx, t, func(ctx context.Context) error {
		_, err := get(ctx, a.url+"/-/ready")
		return err
	})
	return a
}

// alertmanagerProgram has another name in Debian, where "alertmanager" would say too little.
func alertmanagerProgram(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"alertmanager", "prometheus-alertmanager"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no alertmanager in PATH\n" +
		"Install it: on Debian, apt-get install prometheus-alertmanager; elsewhere, see https://prometheus.io/download.")
	return ""
}

// labels are those of an alert.
type labels map[string]string

// alert is one as Alertmanager takes it. Without an end it is over after the configuration's resolve_timeout.
type alert struct {
	Labels      labels `json:"labels"`
	Annotations labels `json:"annotations,omitempty"`
}

// send posts alerts in one request, as Prometheus does.
func (a *alertmanager) send(ctx context.Context, t *testing.T, alerts ...alert) {
	t.Helper()
	body, err := json.Marshal(alerts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := call(ctx, http.MethodPost, a.url+"/api/v2/alerts", bytes.NewReader(body)); err != nil {
		t.Fatal(err)
	}
}

// muted are all alerts that it knows, by a name for each, and whether another alert mutes it.
func (a *alertmanager) muted(ctx context.Context, nameOf func(labels) string) (map[string]bool, error) {
	text, err := get(ctx, a.url+"/api/v2/alerts")
	if err != nil {
		return nil, err
	}
	var known []struct {
		Labels labels `json:"labels"`
		Status struct {
			InhibitedBy []string `json:"inhibitedBy"`
		} `json:"status"`
	}
	if err := json.Unmarshal(text, &known); err != nil {
		return nil, err
	}
	muted := map[string]bool{}
	for _, k := range known {
		muted[nameOf(k.Labels)] = len(k.Status.InhibitedBy) > 0
	}
	return muted, nil
}
