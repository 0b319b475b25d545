package deployments_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

var (
	label = regexp.MustCompile(`^app\.kubernetes\.io/(name|instance|version|managed-by)$|^helm\.sh/chart$`)
	// The longest name that a StatefulSet may have, so that its pods' labels hold it with a revision.
	statefulSetName = regexp.MustCompile(`^[a-z0-9][-a-z0-9]{0,50}[a-z0-9]$`)
)

// Every object decodes strictly (or the manifest would not be made), and is what an operator finds by its labels.
func TestObjects(t *testing.T) {
	kinds, sets := map[string]int{}, 0
	forEachSet(t, func(t *testing.T, made manifest) {
		sets++
		for _, o := range made.objects {
			kind := o.GetObjectKind().GroupVersionKind().Kind
			kinds[kind]++
			if o.GetName() == "" || o.GetNamespace() != "" {
				t.Errorf("%s %q: namespace %q; want a name, and the release's namespace", kind, o.GetName(), o.GetNamespace())
			}
			standard := maps.Clone(o.GetLabels())
			maps.DeleteFunc(standard, func(key, value string) bool { return !label.MatchString(key) || value == "" })
			if len(standard) != 5 || standard["app.kubernetes.io/instance"] != release {
				t.Errorf("%s %q has the labels %v", kind, o.GetName(), o.GetLabels())
			}
		}
	})
	total := 0
	for _, count := range kinds {
		total += count
	}
	summary := fmt.Sprintf("%d objects of %d sets of values decoded strictly: %v", total, sets, kinds)
	t.Log(summary)
	fmt.Fprintln(os.Stdout, "chart: "+summary) // also where a test that passes says nothing
	if len(kinds) != 8 {
		t.Errorf("%d kinds were made, and the chart has 8", len(kinds))
	}
}

func TestPodsAreRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	forEachSet(t, func(t *testing.T, made manifest) {
		template := theOne[*appsv1.StatefulSet](t, made).Spec.Template
		for _, result := range evaluator.EvaluatePod(restricted, &template.ObjectMeta, &template.Spec) {
			if !result.Allowed {
				t.Errorf("%s: %s", result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
		if mount := template.Spec.AutomountServiceAccountToken; mount == nil || *mount {
			t.Error("the pod gets a token of Kubernetes")
		}
		for _, container := range template.Spec.Containers {
			context := container.SecurityContext
			if readOnly := context.ReadOnlyRootFilesystem; readOnly == nil || !*readOnly {
				t.Errorf("%s may write to its root", container.Name)
			}
			for _, mount := range container.VolumeMounts {
				if !mount.ReadOnly || mount.SubPath != "" {
					t.Errorf("%s is mounted %+v; want it read-only, and whole, as else it would not change", mount.Name, mount)
				}
			}
		}
		for _, volume := range template.Spec.Volumes {
			if volume.Projected == nil || volume.Projected.DefaultMode == nil || *volume.Projected.DefaultMode != 0o440 {
				t.Errorf("volume %s is %+v; want its files for the group to read only", volume.Name, volume.VolumeSource)
			}
		}
		if template.Spec.SecurityContext.FSGroup == nil {
			t.Error("without fsGroup the program cannot read its files")
		}
	})
}

// Of each pod there is one at a time, each has a name of its own, and no address stands for several.
func TestPodsAreNotBalanced(t *testing.T) {
	forEachSet(t, func(t *testing.T, made manifest) {
		set, service := theOne[*appsv1.StatefulSet](t, made), theOne[*corev1.Service](t, made)
		if set.Spec.UpdateStrategy.Type != appsv1.RollingUpdateStatefulSetStrategyType || set.Spec.UpdateStrategy.RollingUpdate != nil {
			t.Errorf("pods are updated by %+v", set.Spec.UpdateStrategy)
		}
		if !service.Spec.PublishNotReadyAddresses {
			t.Error("a pod has no name until it is ready")
		}
		if service.Spec.ClusterIP != corev1.ClusterIPNone || set.Spec.ServiceName != service.Name {
			t.Errorf("the Service %s has the address %q; the StatefulSet is of %s", service.Name, service.Spec.ClusterIP, set.Spec.ServiceName)
		}
		if !statefulSetName.MatchString(set.Name) {
			t.Errorf("the StatefulSet is called %s", set.Name)
		}
		pod := labels.Set(set.Spec.Template.Labels)
		for name, selector := range map[string]map[string]string{
			"the StatefulSet": set.Spec.Selector.MatchLabels, "the Service": service.Spec.Selector,
		} {
			if len(selector) != 2 || !labels.SelectorFromSet(selector).Matches(pod) {
				t.Errorf("%s selects %v, and the pods are %v", name, selector, pod)
			}
		}
		for _, version := range []string{"app.kubernetes.io/version", "helm.sh/chart"} {
			if pod.Has(version) {
				t.Errorf("the pods have %s, so a new chart would restart them", version)
			}
		}
		for _, port := range service.Spec.Ports {
			if portNumber(set, port.TargetPort.StrVal) != port.Port {
				t.Errorf("port %s of the Service leads to %s", port.Name, port.TargetPort.String())
			}
		}
	})
}

// longestEnd is how long the exporter may take: 25 s for probes, 3 s to give sessions back.
const longestEnd = 28

// A pod may take as long as the exporter needs to end, and Go knows of most of the memory that it may have.
func TestLimits(t *testing.T) {
	forEachSet(t, func(t *testing.T, made manifest) {
		spec := theOne[*appsv1.StatefulSet](t, made).Spec.Template.Spec
		if grace := spec.TerminationGracePeriodSeconds; grace == nil || *grace < longestEnd {
			t.Errorf("the pod may take %v s, and the exporter takes up to %d", grace, longestEnd)
		}
		container := spec.Containers[0]
		limit := container.Resources.Limits.Memory().Value()
		var known []string
		for _, variable := range container.Env {
			if variable.Name == "GOMEMLIMIT" {
				known = append(known, variable.Value)
			}
		}
		want := []string{strconv.FormatInt(limit*9/10, 10)}
		if filepath.Base(t.Name()) == "everything" {
			want = []string{"200MiB"} // which the values say
		}
		if !slices.Equal(known, want) {
			t.Errorf("GOMEMLIMIT is %q, want %q", known, want)
		}
	})
}

// portNumber is what the container calls by that name, or 0.
func portNumber(set *appsv1.StatefulSet, name string) int32 {
	for _, port := range set.Spec.Template.Spec.Containers[0].Ports {
		if port.Name == name {
			return port.ContainerPort
		}
	}
	return 0
}

// The policy is off unless wanted. It then lets Prometheus and the kubelet in, and limits the way out only if told to.
func TestNetworkPolicy(t *testing.T) {
	found := 0
	forEachSet(t, func(t *testing.T, made manifest) {
		for _, made := range allOf[*networkingv1.NetworkPolicy](made) {
			found++
			var open []string
			for _, rule := range made.Spec.Ingress {
				for _, port := range rule.Ports {
					if len(rule.From) == 0 {
						open = append(open, port.Port.String())
					}
				}
			}
			if !slices.Equal(open, []string{"health"}) || len(made.Spec.Ingress) != 2 {
				t.Errorf("everybody may reach %v by %+v", open, made.Spec.Ingress)
			}
			if len(made.Spec.Egress) != 2 || !slices.Contains(made.Spec.PolicyTypes, networkingv1.PolicyTypeEgress) {
				t.Errorf("the way out is %v %+v", made.Spec.PolicyTypes, made.Spec.Egress)
			}
		}
	})
	if found != 1 {
		t.Errorf("%d sets make a NetworkPolicy, want the one that asks for it", found)
	}
}

// What a person reads after the installation shows the addresses that Prometheus needs.
func TestNotes(t *testing.T) {
	forEachSet(t, func(t *testing.T, made manifest) {
		set := theOne[*appsv1.StatefulSet](t, made)
		if !strings.Contains(made.notes, set.Name+"-0 ") {
			t.Errorf("the notes do not name the pod %s-0:\n%s", set.Name, made.notes)
		}
	})
	bare, err := render(loadChart(t), map[string]any{"replicas": 2, "sharding": map[string]any{"enabled": true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"- url: http://release-peplink-exporter-0.release-peplink-exporter.monitoring.svc:10717/sd?shard=0/2\n",
		"- url: http://release-peplink-exporter-1.release-peplink-exporter.monitoring.svc:10717/sd?shard=1/2\n",
	} {
		if !strings.Contains(bare["NOTES.txt"], line) {
			t.Errorf("the notes lack %q:\n%s", line, bare["NOTES.txt"])
		}
	}
}
