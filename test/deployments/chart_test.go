package deployments_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// maxReleaseBytes is what Helm may store of a release: the content of one Secret.
const maxReleaseBytes = 1 << 20

func TestChartLint(t *testing.T) {
	muteLinks()
	for name, values := range valueSets(t, "values") {
		t.Run(name, func(t *testing.T) {
			linted := lint.RunAll(chartFolder, values, namespace)
			for _, message := range linted.Messages {
				if message.Severity > support.InfoSev {
					t.Error(message)
				}
			}
		})
	}
}

var wantedError = regexp.MustCompile(`\A# error: (.+)\n`)

// Values that contradict themselves or are misspelt are refused, with words that say what is wrong.
func TestChartRefusesValues(t *testing.T) {
	loaded, sets := loadChart(t), valueSets(t, "values/bad")
	for name, values := range sets {
		t.Run(name, func(t *testing.T) {
			wanted := wantedError.FindSubmatch(readFile(t, filepath.Join("testdata/values/bad", name+".yaml")))
			if wanted == nil {
				t.Fatal("the file does not begin with the error that it causes")
			}
			if _, err := render(loaded, values); err == nil || !strings.Contains(err.Error(), string(wanted[1])) {
				t.Errorf("got %v\nwant %s", err, wanted[1])
			}
		})
	}
	t.Logf("%d sets of values refused", len(sets))
}

// The chart holds the rules and dashboards by links out of its folder. A package has no links, and must make the same.
func TestChartPackage(t *testing.T) {
	loaded := loadChart(t)
	path, err := chartutil.Save(loaded, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	packed, err := loader.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range valueSets(t, "values") {
		want, err := render(loaded, values)
		if err != nil {
			t.Fatal(err)
		}
		got, err := render(packed, values)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-folder +package):\n%s", name, diff)
		}
	}
	archive, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	// A release holds the chart and what it was rendered to, packed, and then in base64.
	if estimate := 2 * archive.Size() * 4 / 3; estimate > maxReleaseBytes {
		t.Errorf("a release takes about %d bytes, and may take %d", estimate, maxReleaseBytes)
	}
	t.Logf("the package has %d bytes and %d files", archive.Size(), len(packed.Raw))
}

// A version that is none of the program's would pull an image that is not there.
func TestChartVersions(t *testing.T) {
	about := loadChart(t).Metadata
	if about.Version != about.AppVersion {
		t.Errorf("version %s, appVersion %s: the chart has the program's version", about.Version, about.AppVersion)
	}
}

// Names that one template makes must not be made by another.
func TestChartNamesAreUnique(t *testing.T) {
	forEachSet(t, func(t *testing.T, made manifest) {
		seen := map[string]int{}
		for _, o := range made.objects {
			seen[o.GetObjectKind().GroupVersionKind().Kind+"/"+o.GetName()]++
		}
		maps.DeleteFunc(seen, func(_ string, count int) bool { return count == 1 })
		if len(seen) > 0 {
			t.Errorf("made more than once: %v", slices.Sorted(maps.Keys(seen)))
		}
	})
}
