package deployments_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

const (
	rulesFile        = "../../deploy/prometheus/peplink.rules.yml"
	dashboardsFolder = "../../dashboards"
)

// jobs are the names that a set of values gives to the two jobs, where they are not those of the rules file.
var jobs = map[string][2]string{"jobs": {"routers", "peplink"}, "everything": {"routers", "routers_exporter"}}

func jobsOf(t *testing.T) (probes, exporter string) {
	t.Helper()
	if names, ok := jobs[filepath.Base(t.Name())]; ok {
		return names[0], names[1]
	}
	return "peplink", "peplink_exporter"
}

// The rules are those of the file, apart from the names of the jobs, which are those of the scrapes.
func TestPrometheusRule(t *testing.T) {
	found := 0
	forEachSet(t, func(t *testing.T, made manifest) {
		probes, exporter := jobsOf(t)
		for _, rule := range allOf[*monitoringv1.PrometheusRule](made) {
			found++
			want := rulesOf(t, readFile(t, rulesFile))
			for _, each := range want {
				each["expr"] = renameJobs(each["expr"].(string), probes, exporter)
			}
			spec, err := json.Marshal(rule.Spec)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, rulesOf(t, spec)); diff != "" {
				t.Errorf("rules (-file +object):\n%s", diff)
			}
			t.Logf("%d rules", len(want))
		}
	})
	if found < 4 {
		t.Errorf("only %d sets make a PrometheusRule", found)
	}
}

// rulesOf are the rules of all groups, each with its group. Expressions are texts, also where they are plain numbers.
func rulesOf(t *testing.T, text []byte) []map[string]any {
	t.Helper()
	var file struct {
		Groups []map[string]any `json:"groups"`
	}
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for _, group := range file.Groups {
		rules, _ := group["rules"].([]any)
		delete(group, "rules")
		for _, rule := range rules {
			one := maps.Clone(rule.(map[string]any))
			one["expr"], one["group"] = fmt.Sprint(one["expr"]), group
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		t.Fatal("no rules")
	}
	return all
}

var jobMatcher = regexp.MustCompile(`\bjob\s*(?:=|!=|=~|!~)\s*"([^"]*)"`)

// renameJobs finds jobs in any form of matcher, and so more than the chart does.
func renameJobs(expression, probes, exporter string) string {
	names := map[string]string{"peplink": probes, "peplink_exporter": exporter}
	return jobMatcher.ReplaceAllStringFunc(expression, func(matcher string) string {
		name := jobMatcher.FindStringSubmatch(matcher)[1]
		if names[name] == "" {
			return matcher
		}
		return strings.Replace(matcher, `"`+name+`"`, `"`+names[name]+`"`, 1)
	})
}

// Each job has the name that the rules expect; each pod of a shard is asked for its own targets, by its own name.
func TestScrapes(t *testing.T) {
	configs := 0
	forEachSet(t, func(t *testing.T, made manifest) {
		probes, exporter := jobsOf(t)
		set, service := theOne[*appsv1.StatefulSet](t, made), theOne[*corev1.Service](t, made)
		var pods []string
		for _, config := range allOf[*monitoringv1alpha1.ScrapeConfig](made) {
			configs++
			wantJob(t, config.Spec.RelabelConfigs, probes)
			discovery := config.Spec.HTTPSDConfigs
			if len(discovery) != 1 {
				t.Fatalf("%s asks at %d places", config.Name, len(discovery))
			}
			pods = append(pods, string(discovery[0].URL))
			if diff := cmp.Diff(config.Spec.BasicAuth, discovery[0].BasicAuth); diff != "" {
				t.Errorf("discovery identifies itself in another way than the scrapes:\n%s", diff)
			}
		}
		if count := len(pods); count > 0 && count != int(*set.Spec.Replicas) {
			t.Errorf("%d pods are asked for targets: %v", count, pods)
		}
		for i, url := range pods {
			pod := fmt.Sprintf("://%s-%d.%s.%s.svc", set.Name, i, service.Name, namespace)
			shard := fmt.Sprintf("/sd?shard=%d/%d", i, len(pods))
			if !strings.Contains(url, pod) || (len(pods) > 1) != strings.HasSuffix(url, shard) {
				t.Errorf("targets are asked for at %s, want %s and %s", url, pod, shard)
			}
		}
		for _, monitor := range allOf[*monitoringv1.ServiceMonitor](made) {
			wantServiceMonitor(t, monitor, service, exporter)
		}
	})
	if configs < 8 {
		t.Errorf("only %d ScrapeConfigs were made", configs)
	}
}

func wantServiceMonitor(t *testing.T, monitor *monitoringv1.ServiceMonitor, service *corev1.Service, job string) {
	t.Helper()
	if !labels.SelectorFromSet(monitor.Spec.Selector.MatchLabels).Matches(labels.Set(service.Labels)) {
		t.Errorf("the ServiceMonitor selects %v, and the Service is %v", monitor.Spec.Selector, service.Labels)
	}
	if len(monitor.Spec.Endpoints) != 1 {
		t.Fatalf("the ServiceMonitor has %d endpoints", len(monitor.Spec.Endpoints))
	}
	endpoint := monitor.Spec.Endpoints[0]
	if !slices.ContainsFunc(service.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == endpoint.Port }) {
		t.Errorf("the ServiceMonitor asks at port %s, and the Service has %v", endpoint.Port, service.Spec.Ports)
	}
	wantJob(t, endpoint.RelabelConfigs, job)
}

// wantJob wants exactly one rule that makes the label job, whatever a target says.
func wantJob(t *testing.T, rules []monitoringv1.RelabelConfig, name string) {
	t.Helper()
	var made []monitoringv1.RelabelConfig
	for _, rule := range rules {
		if rule.TargetLabel == "job" {
			made = append(made, rule)
		}
	}
	want := []monitoringv1.RelabelConfig{{TargetLabel: "job", Replacement: &name}}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("job (-want +got):\n%s", diff)
	}
}

// The dashboards are the files, byte for byte: their own {{ }} are none of the chart's.
func TestDashboards(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dashboardsFolder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, file := range files {
		want["peplink-"+filepath.Base(file)] = string(readFile(t, file))
	}
	names := []string{"peplink-exporter.json", "peplink-fleet.json", "peplink-router.json", "peplink-speedfusion.json"}
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(want))); diff != "" {
		t.Errorf("dashboards (-want +got):\n%s", diff)
	}
	found := 0
	forEachSet(t, func(t *testing.T, made manifest) {
		got := map[string]string{}
		for _, dashboard := range allOf[*corev1.ConfigMap](made) {
			if dashboard.Labels["grafana_dashboard"] == "1" {
				maps.Copy(got, dashboard.Data)
			}
		}
		if len(got) == 0 {
			return
		}
		found++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dashboards (-files +objects):\n%s", diff)
		}
	})
	if found < 3 {
		t.Errorf("only %d sets make dashboards", found)
	}
}
