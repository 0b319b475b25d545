package deployments_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// loadCompose loads deploy/compose.yml as `docker compose` does: against the schema, with
// interpolation, and with every service and volume that is referred to.
func loadCompose(t *testing.T, environment ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions(
		[]string{filepath.Join(repository(t), "deploy", "compose.yml")},
		cli.WithEnv(environment),
		cli.WithInterpolation(true), cli.WithNormalization(true), cli.WithConsistency(true), cli.WithResolvedPaths(true),
	)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func TestComposeServices(t *testing.T) {
	project := loadCompose(t)
	for _, name := range []string{"exporter", "prometheus", "alertmanager", "grafana"} {
		if _, ok := project.Services[name]; !ok {
			t.Errorf("there is no service %s", name)
		}
	}
	for name, service := range project.Services {
		t.Run(name, func(t *testing.T) {
			checkHardened(t, service)
			checkMounts(t, project, service)
			checkBuild(t, service)
			for _, port := range service.Ports {
				if port.HostIP != "127.0.0.1" {
					t.Errorf("port %s is published on %q, for other machines", port.Published, port.HostIP)
				}
			}
		})
	}
	t.Logf("%d services loaded", len(project.Services))
}

func checkHardened(t *testing.T, service types.ServiceConfig) {
	t.Helper()
	if !service.ReadOnly || !slices.Equal(service.CapDrop, []string{"ALL"}) || len(service.CapAdd) > 0 || service.Privileged ||
		!slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
		t.Error("can do more than it needs to")
	}
	if !simulated(service) && (service.HealthCheck == nil || len(service.HealthCheck.Test) == 0) {
		t.Error("has no health check")
	}
	// Mutable or not is for whoever runs it to say, by a variable; a tag that moves is not a default.
	if service.Image == "" || strings.HasSuffix(service.Image, ":latest") || !strings.Contains(service.Image, ":") {
		t.Errorf("image %q names no version", service.Image)
	}
}

// What is mounted from this repository is in it, and read-only; what is written goes to a
// volume with a name.
func checkMounts(t *testing.T, project *types.Project, service types.ServiceConfig) {
	t.Helper()
	for _, mount := range service.Volumes {
		switch mount.Type {
		case types.VolumeTypeBind:
			if inside, err := filepath.Rel(repository(t), mount.Source); err != nil || !filepath.IsLocal(inside) {
				t.Errorf("%s is outside of the repository", mount.Source)
			}
			if files, err := os.ReadDir(mount.Source); err != nil || len(files) == 0 {
				t.Errorf("nothing to mount: %s holds %d files: %v", mount.Source, len(files), err)
			}
			if !mount.ReadOnly {
				t.Errorf("%s could be written to", mount.Source)
			}
		case types.VolumeTypeVolume:
			if _, ok := project.Volumes[mount.Source]; !ok {
				t.Errorf("there is no volume %q", mount.Source)
			}
		default:
			t.Errorf("unexpected mount of type %s on %s", mount.Type, mount.Target)
		}
	}
}

// What is built has its stage in the Dockerfile.
func checkBuild(t *testing.T, service types.ServiceConfig) {
	t.Helper()
	if service.Build == nil {
		return
	}
	recipe, err := os.ReadFile(filepath.Join(service.Build.Context, "Dockerfile"))
	if err != nil {
		t.Error(err)
	}
	if stage := service.Build.Target; stage != "" && !strings.Contains(string(recipe), " AS "+stage+"\n") {
		t.Errorf("the Dockerfile has no stage %s", stage)
	}
}

func simulated(service types.ServiceConfig) bool {
	return service.Build != nil && service.Build.Target == "simulator"
}

// Every image, the exporter's configuration and Grafana's password can be replaced
// without a change of the file.
func TestComposeVariables(t *testing.T) {
	project := loadCompose(t,
		"SIMULATOR_IMAGE=a.example/s@sha256:1", "EXPORTER_IMAGE=a.example/e:2", "PROMETHEUS_IMAGE=a.example/p:3",
		"ALERTMANAGER_IMAGE=a.example/a:4", "GRAFANA_IMAGE=a.example/g:5", "EXPORTER_CONFIG=/srv/peplink", "GRAFANA_ADMIN_PASSWORD=x$y")
	wanted := map[string]string{
		"bus-12": "a.example/s@sha256:1", "exporter": "a.example/e:2", "prometheus": "a.example/p:3", "alertmanager": "a.example/a:4", "grafana": "a.example/g:5",
	}
	for name, image := range wanted {
		if project.Services[name].Image != image {
			t.Errorf("%s has image %s, want %s", name, project.Services[name].Image, image)
		}
	}
	if source := project.Services["exporter"].Volumes[0].Source; source != "/srv/peplink" {
		t.Errorf("the exporter's configuration is %s", source)
	}
	if password := project.Services["grafana"].Environment["GF_SECURITY_ADMIN_PASSWORD"]; password == nil || *password != "x$y" {
		t.Error("the password of Grafana is not the one given")
	}
}

var namedAddress = regexp.MustCompile(`(?:"|http://)([a-z][a-z0-9-]*):\d+`)

// The names by which Prometheus and Grafana find the others are those of services.
func TestComposeNames(t *testing.T) {
	names := slices.Collect(maps.Keys(loadCompose(t).Services))
	for _, path := range []string{"prometheus/prometheus.yml", "grafana/provisioning/datasources/prometheus.yml"} {
		text, err := os.ReadFile(filepath.Join("../../deploy", path))
		if err != nil {
			t.Fatal(err)
		}
		addresses := namedAddress.FindAllStringSubmatch(string(text), -1)
		if len(addresses) == 0 {
			t.Errorf("%s names nobody", path)
		}
		for _, address := range addresses {
			if !slices.Contains(names, address[1]) {
				t.Errorf("%s names %s, which is no service", path, address[1])
			}
		}
	}
}
