//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// documented is the scrape configuration that users are given, word for word.
const documented = `scrape_configs:
  - job_name: peplink
    scrape_interval: 60s
    scrape_timeout: 30s
    http_sd_configs: [{url: "http://exporter:10717/sd"}]
  - job_name: peplink_exporter
    static_configs: [{targets: ["exporter:10717"]}]
`

// shortened differs from it in the address and in how often is asked.
func shortened(exporter string) string {
	return "global: {scrape_interval: 2s, scrape_timeout: 2s}\n" +
		strings.NewReplacer("60s", "2s", "30s", "2s", "exporter:10717", exporter).Replace(documented)
}

type prometheus struct{ url string }

// startPrometheus starts one on the data in a folder, which may hold blocks already.
func startPrometheus(ctx context.Context, t *testing.T, folder, config string, flags ...string) *prometheus {
	t.Helper()
	file := filepath.Join(t.TempDir(), "prometheus.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(ctx, t)
	start(t, exec.CommandContext(ctx, program(t, "prometheus"), append(flags,
		"--config.file="+file,
		"--storage.tsdb.path="+folder,
		"--storage.tsdb.retention.time=30d",
		"--web.listen-address="+address,
		"--log.level=warn")...))
	p := &prometheus{url: "http://" + address}
	eventually(ctx, t, func(ctx context.Context) error {
		_, err := get(ctx, p.url+"/-/ready")
		return err
	})
	return p
}

// program is in PATH, or the test fails: end-to-end tests that skip themselves prove nothing.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v\nInstall it: on Debian, apt-get install prometheus; elsewhere, see https://prometheus.io/download.", err)
	}
	return path
}

// promtoolCheck is what `promtool check metrics` has to say about an exposition: nothing, if it is clean.
func promtoolCheck(ctx context.Context, t *testing.T, exposition []byte) string {
	t.Helper()
	check := exec.CommandContext(ctx, program(t, "promtool"), "check", "metrics")
	check.Stdin = bytes.NewReader(exposition)
	said, err := check.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%v\n%s", err, said)
	}
	return string(said)
}

type scrapeTarget struct {
	Labels    map[string]string `json:"labels"`
	ScrapeURL string            `json:"scrapeUrl"`
	Health    string            `json:"health"`
}

func (p *prometheus) targets(ctx context.Context) ([]scrapeTarget, error) {
	var data struct {
		ActiveTargets []scrapeTarget `json:"activeTargets"`
	}
	err := p.api(ctx, "targets", url.Values{"state": {"active"}}, &data)
	return data.ActiveTargets, err
}

type sample struct {
	Metric map[string]string  `json:"metric"`
	Value  [2]json.RawMessage `json:"value"`
}

// ask is the answer to a query now, by the values of the labels that tell its series apart, joined by slashes.
func (p *prometheus) ask(ctx context.Context, query string, labels ...string) (map[string]float64, error) {
	return p.askAbout(ctx, "", query, labels...)
}

// askAbout is ask for one instance; the query is left as it is.
func (p *prometheus) askAbout(ctx context.Context, instance, query string, labels ...string) (map[string]float64, error) {
	var data struct {
		Result []sample `json:"result"`
	}
	if err := p.api(ctx, "query", url.Values{"query": {query}}, &data); err != nil {
		return nil, err
	}
	answer := map[string]float64{}
	for _, s := range data.Result {
		if instance != "" && s.Metric["instance"] != instance {
			continue
		}
		key := make([]string, len(labels))
		for i, label := range labels {
			key[i] = s.Metric[label]
		}
		name := strings.Join(key, "/")
		if _, twice := answer[name]; twice {
			return nil, fmt.Errorf("two series with %v = %s in the answer to %s", labels, name, query)
		}
		var text string
		if err := json.Unmarshal(s.Value[1], &text); err != nil {
			return nil, err
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, err
		}
		answer[name] = value
	}
	return answer, nil
}

func (p *prometheus) api(ctx context.Context, path string, parameters url.Values, data any) error {
	body, err := get(ctx, p.url+"/api/v1/"+path+"?"+parameters.Encode())
	if err != nil {
		return err
	}
	return json.Unmarshal(body, &struct {
		Data any `json:"data"`
	}{data})
}
