package deployments_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // the two forms of .goreleaser.yml
	_ "github.com/goreleaser/nfpm/v2/rpm"
	"gopkg.in/yaml.v3"
)

const (
	packagedVersion = "1.2.3"
	commitDate      = "2026-01-02T03:04:05Z"
)

// packaging is what .goreleaser.yml says about the program and its packages. GoReleaser
// takes ten times as long to compile as all that packages need, so that for every change
// nfpm, which it packs with, is given the same description; `make release-check` runs
// GoReleaser itself.
type packaging struct {
	Builds []struct {
		Env, Flags, Ldflags []string
	}
	NFPMs []map[string]any `yaml:"nfpms"`
}

func readPackaging(t *testing.T, source string) packaging {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(source, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer(
		"{{ .Version }}", packagedVersion, "{{ .CommitDate }}", commitDate,
		"{{ .FullCommit }}", "0123456789abcdef", "{{ .Branch }}", "main",
	).Replace(string(text))
	var described packaging
	if err := yaml.Unmarshal([]byte(filled), &described); err != nil {
		t.Fatal(err)
	}
	if len(described.Builds) != 1 || len(described.NFPMs) != 1 {
		t.Fatalf("%d builds and %d kinds of packages are described, want 1 of each", len(described.Builds), len(described.NFPMs))
	}
	return described
}

// buildProgram builds the program as it is released, and returns its path.
func (p packaging) buildProgram(t *testing.T, source string) string {
	t.Helper()
	build := p.Builds[0]
	path := filepath.Join(t.TempDir(), "peplink_exporter")
	arguments := append([]string{"env"}, build.Env...)
	arguments = append(append(append(arguments, "go", "build"), build.Flags...), "-ldflags", strings.Join(build.Ldflags, " "), "-o", path, ".")
	output(t, source, arguments[0], arguments[1:]...)
	return path
}

// pack makes the package of a format, deb or rpm.
func (p packaging) pack(t *testing.T, source, program, format, version string) []byte {
	t.Helper()
	description := fromFolder(source, p.NFPMs[0])
	description["name"] = description["package_name"]
	description["version"], description["arch"], description["platform"] = version, runtime.GOARCH, "linux"
	contents, ok := description["contents"].([]any)
	if !ok {
		t.Fatal("the package has no contents")
	}
	bindir, _ := description["bindir"].(string)
	description["contents"] = append(slices.Clip(contents), map[string]any{
		"src": program, "dst": filepath.Join(bindir, "peplink_exporter"),
		"file_info": map[string]any{"mode": 0o755, "mtime": description["mtime"]},
	})
	for _, known := range []string{"id", "package_name", "file_name_template", "formats", "bindir"} { // to GoReleaser only
		delete(description, known)
	}
	text, err := yaml.Marshal(description)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("{{")) {
		t.Fatalf("a template is not filled in:\n%s", text)
	}
	return packed(t, text, format)
}

// fromFolder is a copy of a description in which the paths of files to pack and of scripts
// to run, which are relative to the repository, begin in a folder.
func fromFolder(folder string, description map[string]any) map[string]any {
	changed := maps.Clone(description)
	for key, value := range changed {
		switch value := value.(type) {
		case map[string]any:
			changed[key] = fromFolder(folder, value)
		case []any:
			items := slices.Clone(value)
			for i, item := range items {
				if content, ok := item.(map[string]any); ok {
					items[i] = fromFolder(folder, content)
				}
			}
			changed[key] = items
		case string:
			if key == "src" || key == "postinstall" || key == "preremove" || key == "postremove" {
				changed[key] = filepath.Join(folder, value)
			}
		}
	}
	return changed
}

func packed(t *testing.T, description []byte, format string) []byte {
	t.Helper()
	parsed, err := nfpm.Parse(bytes.NewReader(description))
	if err != nil {
		t.Fatal(err)
	}
	info, err := parsed.Get(format)
	if err != nil {
		t.Fatal(err)
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		t.Fatal(err)
	}
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	if err := packager.Package(info, &content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// packageFile makes a package of a version and returns the path of its file.
func packageFile(t *testing.T, format, version string) string {
	t.Helper()
	source := repository(t)
	described := readPackaging(t, source)
	path := filepath.Join(t.TempDir(), "peplink-exporter-"+version+"."+format)
	if err := os.WriteFile(path, described.pack(t, source, described.buildProgram(t, source), format, version), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
