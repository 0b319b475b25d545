package deployments_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
)

// targetsOf are the routers of the sets of values that have some.
var targetsOf = map[string][]string{
	"targets":            {"bus-12", "office"},
	"sharded":            {"bus-1", "bus-2", "bus-3", "bus-4", "bus-5", "bus-6", "bus-7", "bus-8", "bus-9"},
	"existing-configmap": {"bus-12", "ferry", "office"},
	"tls":                {"office"},
	"everything":         {"bus-12", "ferry", "office"},
}

// The exporter itself runs with what the chart makes: its arguments, its files, its variables. It is then asked as the
// kubelet and Prometheus would ask, at the addresses that the objects name.
func TestExporterInPods(t *testing.T) {
	program := builtProgram(t, ".", "peplink_exporter")
	sets := 0
	forEachSet(t, func(t *testing.T, made manifest) {
		there := newCluster(t, made)
		p := newPod(t, program, there, theOne[*appsv1.StatefulSet](t, made))
		p.check(t)
		p.start(t)
		wantHealth(t, p)
		discovered := map[string]int{}
		configs := allOf[*monitoringv1alpha1.ScrapeConfig](made)
		for _, config := range configs {
			client := newClient(t, there, p, config.Spec.HTTPSDConfigs[0].BasicAuth, config.Spec.HTTPSDConfigs[0].TLSConfig)
			for _, target := range client.discover(t, string(config.Spec.HTTPSDConfigs[0].URL)) {
				discovered[target]++
			}
		}
		want := map[string]int{}
		for _, target := range targetsOf[filepath.Base(t.Name())] {
			want[target] = 1
		}
		if diff := cmp.Diff(want, discovered); diff != "" && len(configs) > 0 {
			t.Errorf("how often each target is scraped (-want +got):\n%s", diff)
		}
		for _, monitor := range allOf[*monitoringv1.ServiceMonitor](made) {
			wantMetrics(t, there, p, monitor.Spec.Endpoints[0])
		}
		sets++
	})
	t.Logf("the exporter ran with %d sets of values", sets)
}

// A changed ConfigMap reaches the running exporter, which keeps its sessions: nothing restarts it.
func TestExporterFollowsItsConfigMap(t *testing.T) {
	values := valueSets(t, "values")["targets"]
	values["autoReloadInterval"] = "50ms"
	texts, err := render(loadChart(t), values)
	if err != nil {
		t.Fatal(err)
	}
	made := decodeManifest(t, texts)
	there := newCluster(t, made)
	p := newPod(t, builtProgram(t, ".", "peplink_exporter"), there, theOne[*appsv1.StatefulSet](t, made))
	p.start(t)
	discovery := string(allOf[*monitoringv1alpha1.ScrapeConfig](made)[0].Spec.HTTPSDConfigs[0].URL)
	prometheus := newClient(t, there, p, nil, nil)
	if before := prometheus.discover(t, discovery); !slices.Equal(before, []string{"bus-12", "office"}) {
		t.Fatalf("the targets are %v", before)
	}
	p.mount(t, "config", map[string]string{"peplink_exporter.yml": "targets: [{name: hub, url: hub, username: a, password: b}]"})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		now := prometheus.discover(t, discovery)
		if slices.Equal(now, []string{"hub"}) {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("the targets are still %v", now)
		}
	}
}

// wantHealth asks as the kubelet does, which knows no password.
func wantHealth(t *testing.T, p *pod) {
	t.Helper()
	kubelet := newClient(t, cluster{}, p, nil, nil)
	container := p.set.Spec.Template.Spec.Containers[0]
	kubelet.get(t, p.probeURL(container.LivenessProbe), http.StatusOK)
	kubelet.get(t, p.probeURL(container.ReadinessProbe), http.StatusOK)
}

// wantMetrics asks for the exporter's own metrics. Where a password is wanted, nobody gets them without.
func wantMetrics(t *testing.T, there cluster, p *pod, endpoint monitoringv1.Endpoint) {
	t.Helper()
	var config *monitoringv1.SafeTLSConfig
	if endpoint.TLSConfig != nil {
		config = &endpoint.TLSConfig.SafeTLSConfig
	}
	address := fmt.Sprintf("%s://%s-0:%d%s", *endpoint.Scheme, p.set.Name, portNumber(p.set, endpoint.Port), endpoint.Path)
	said := newClient(t, there, p, endpoint.BasicAuth, config).get(t, address, http.StatusOK)
	if !strings.Contains(said, "\npeplink_exporter_build_info{") {
		t.Errorf("%s answers\n%s", address, said)
	}
	if endpoint.BasicAuth != nil {
		newClient(t, there, p, nil, config).get(t, address, http.StatusUnauthorized)
	}
}

// client is a Prometheus with the credentials that an object names.
type client struct {
	http *http.Client
	auth func(*http.Request)
}

func newClient(t *testing.T, there cluster, p *pod, auth *monitoringv1.BasicAuth, config *monitoringv1.SafeTLSConfig) client {
	t.Helper()
	transport := &http.Transport{DialContext: p.dial, DisableKeepAlives: true}
	if config != nil {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(there.secret(t, *config.CA.Secret)))
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, ServerName: *config.ServerName}
	}
	c := client{http: &http.Client{Transport: transport}, auth: func(*http.Request) {}}
	if auth != nil {
		user, password := there.secret(t, auth.Username), there.secret(t, auth.Password)
		c.auth = func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	return c
}

func (c client) get(t *testing.T, address string, status int) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	c.auth(request)
	response, err := c.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status {
		t.Fatalf("%s: %s, want %d\n%s%v", address, response.Status, status, said, err)
	}
	return string(said)
}

// discover returns the names of the targets. Each is to be probed at the pod that tells of it, in the way it was asked.
func (c client) discover(t *testing.T, address string) []string {
	t.Helper()
	asked, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var groups []struct {
		Targets []string
		Labels  map[string]string
	}
	if err := json.Unmarshal([]byte(c.get(t, address, http.StatusOK)), &groups); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, group := range groups {
		if !slices.Equal(group.Targets, []string{asked.Host}) {
			t.Errorf("%s answers the targets %v", address, group.Targets)
		}
		probe := url.URL{Scheme: group.Labels["__scheme__"], Host: asked.Host, Path: group.Labels["__metrics_path__"]}
		if probe.Scheme == "" {
			probe.Scheme = "http"
		}
		if want := asked.Scheme + "://" + asked.Host + "/probe"; probe.String() != want {
			t.Errorf("%s sends probes to %s, want %s", address, probe.String(), want)
		}
		names = append(names, group.Labels["__param_target"])
	}
	return names
}

// The table above names sets that exist.
func TestTargetsOfSets(t *testing.T) {
	sets := valueSets(t, "values")
	for name := range targetsOf {
		if sets[name] == nil {
			t.Errorf("there are no values called %s", name)
		}
	}
}
