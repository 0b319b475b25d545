package deployments_test

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"
)

const (
	chartFolder = "../../deploy/helm/peplink-exporter"
	release     = "release"
	namespace   = "monitoring"
)

// loadChart is the chart as it stands in the repository, with what its links lead to.
func loadChart(t *testing.T) *chart.Chart {
	t.Helper()
	muteLinks()
	loaded, err := loader.LoadDir(chartFolder)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// muteLinks keeps Helm from telling of each link that it follows.
func muteLinks() { slog.SetLogLoggerLevel(slog.LevelWarn) }

// valueSets are the values files of a folder, by their names.
func valueSets(t *testing.T, folder string) map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no values in testdata/%s: %v", folder, err)
	}
	sets := map[string]map[string]any{}
	for _, file := range files {
		values := map[string]any{}
		if err := yaml.UnmarshalStrict(readFile(t, file), &values); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		sets[strings.TrimSuffix(filepath.Base(file), ".yaml")] = values
	}
	return sets
}

// forEachSet runs a test with what every set of values makes of the chart.
func forEachSet(t *testing.T, test func(t *testing.T, made manifest)) {
	t.Helper()
	loaded, sets := loadChart(t), valueSets(t, "values")
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		t.Run(name, func(t *testing.T) {
			made, err := render(loaded, sets[name])
			if err != nil {
				t.Fatal(err)
			}
			test(t, decodeManifest(t, made))
		})
	}
}

// render does what `helm template` does: the schema is asked, and the templates are filled in. The answer is their
// text by their names.
func render(loaded *chart.Chart, values map[string]any) (map[string]string, error) {
	options := common.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(loaded, values, options, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	texts, err := engine.Engine{Strict: true}.RenderWithContext(context.Background(), loaded, all)
	if err != nil {
		return nil, err
	}
	made := map[string]string{}
	for path, text := range texts {
		made[filepath.Base(path)] = text
	}
	return made, nil
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
