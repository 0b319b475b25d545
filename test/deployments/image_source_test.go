//go:build deployments && release

package deployments_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The images that are built from source, in a Go image: the exporter as it is released,
// and the simulated router of deploy/compose.yml. No registry is asked: this machine's own
// Go, make and shell take the place of the Go image.
func TestImagesFromSource(t *testing.T) {
	source := filepath.Join(t.TempDir(), "source")
	sourceCopy(t, source)
	build := newBuilder(t)
	goImage := goImage(t, build)
	more := []string{"--build-arg=GO_IMAGE=" + goImage, "--build-arg=VERSION=" + packagedVersion}
	// Go itself is not copied either: each step would copy it again.
	for name, place := range map[string]string{"GOROOT": "/usr/local/go", "GOMODCACHE": "/go/pkg/mod", "GOCACHE": "/root/.cache/go-build"} {
		more = append(more, "--volume="+strings.TrimSpace(output(t, source, "go", "env", name))+":"+place)
	}

	simulator := build.container(build.build(source, "simulator", more...))
	if files := filesIn(t, simulator.root); !slices.Equal(files, []string{"LICENSE", "THIRD-PARTY-LICENSES", "bin/simulator"}) {
		t.Errorf("the simulator's image holds %q", files)
	}
	if said := complaint(t, simulator, "--model=nonsense"); !strings.Contains(said, "max-hd2-8.3") {
		t.Errorf("the simulator does not name its models: %s", said)
	}

	// The last stage is what `docker build .` makes; it has no name.
	exporter := build.container(build.build(source, lastStage(t, source), more...))
	if files := filesIn(t, exporter.root); !slices.Equal(files, []string{"LICENSE", "THIRD-PARTY-LICENSES", "bin/peplink_exporter", "etc/ssl/certs/ca-certificates.crt"}) {
		t.Errorf("the exporter's image holds %q", files)
	}
	if said := complaint(t, exporter, "--version"); !strings.Contains(said, "version "+packagedVersion+" ") {
		t.Errorf("the exporter says of its version: %s", said)
	}
	checkExporter(t, exporter)
}

// complaint is what the container's program writes to its standard error, with a flag with
// which it ends at once.
func complaint(t *testing.T, made container, flag string) string {
	t.Helper()
	var said strings.Builder
	command := made.command(t, append(made.Entrypoint, flag)...)
	command.Stderr = &said
	_ = command.Run() // it may well call it a failure
	return said.String()
}

// lastStage is the number of the Dockerfile's last stage, counted from 0.
func lastStage(t *testing.T, source string) string {
	t.Helper()
	recipe, err := os.ReadFile(filepath.Join(source, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(strings.Count(string(recipe), "\nFROM ") - 1)
}

var libraryPath = regexp.MustCompile(`/\S+\.so\S*`)

// goImage makes an image of this machine's Go, make and shell, and returns its name.
func goImage(t *testing.T, build builder) string {
	t.Helper()
	const name = "localhost/go:here"
	made := build.run("from", "scratch")
	files := []string{"/etc/ssl/certs/ca-certificates.crt"}
	for _, program := range []string{"/bin/sh", "/usr/bin/make"} {
		files = append(files, program)
		files = append(files, libraryPath.FindAllString(output(t, ".", "ldd", program), -1)...)
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		build.run("copy", made, file, file)
	}
	build.run("copy", "--chmod=1777", made, t.TempDir(), "/tmp")
	build.run("config", "--env=PATH=/usr/local/go/bin:/usr/bin:/bin", "--env=GOPATH=/go", "--env=HOME=/root", "--env=GOTOOLCHAIN=local", made)
	build.run("commit", "--quiet", made, name)
	return name
}
