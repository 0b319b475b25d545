//go:build deployments

package deployments_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// The image that is packed from a built program: what is in it, and that it answers as
// nobody, on a file system that cannot be written to.
func TestImage(t *testing.T) {
	source := filepath.Join(t.TempDir(), "source")
	sourceCopy(t, source)
	program := readPackaging(t, source).buildProgram(t, source)
	if err := os.Rename(program, filepath.Join(source, "peplink_exporter")); err != nil {
		t.Fatal(err)
	}
	build := newBuilder(t)
	made := build.container(build.build(source, "prebuilt"))
	if files := filesIn(t, made.root); !slices.Equal(files, []string{"LICENSE", "THIRD-PARTY-LICENSES", "bin/peplink_exporter"}) {
		t.Errorf("the image holds %q", files)
	}
	checkExporter(t, made)
}

func checkExporter(t *testing.T, made container) {
	t.Helper()
	if _, ok := made.ExposedPorts["10717/tcp"]; !ok || made.WorkingDir != "/etc/peplink_exporter" {
		t.Errorf("ports %v, working directory %s", made.ExposedPorts, made.WorkingDir)
	}
	if want := []string{"CMD", "/bin/peplink_exporter", "health"}; !slices.Equal(made.Healthcheck.Test, want) {
		t.Fatalf("health check %q, want %q", made.Healthcheck.Test, want)
	}
	// Mounted beside nothing else: --config.file is not given.
	simulator := simulatorURL(t, builtProgram(t, "./demo/simulator", "simulator"))
	configuration := t.TempDir()
	files := map[string]string{
		"peplink_exporter.yml": "targets:\n  - {name: bus-12, url: '" + simulator + "', client_id_file: id, client_secret_file: secret}\n",
		"id":                   "c11e47000000000000000000000000aa\n",
		"secret":               "5ec2e7000000000000000000000000bb\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(configuration, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	readable(t, configuration)
	bindReadOnly(t, configuration, filepath.Join(made.root, made.WorkingDir))

	address := freeAddress(t)
	running := made.command(t, append(made.Entrypoint, "--web.listen-address="+address)...)
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "http://"+address+"/-/healthy")
	if answer := get(t, "http://"+address+"/probe?target=bus-12"); !strings.Contains(answer, "\npeplink_up 1\n") {
		t.Errorf("the router is not up:\n%s", answer)
	}
	if err := made.command(t, append(made.Healthcheck.Test[1:], "http://"+address)...).Run(); err != nil {
		t.Errorf("health check: %v", err)
	}
	if err := running.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := running.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	if err := made.command(t, append(made.Healthcheck.Test[1:], "http://"+address)...).Run(); err == nil {
		t.Error("the health check finds what has ended")
	}
}

// readable lets others than root into the folders above a temporary one.
func readable(t *testing.T, folder string) {
	t.Helper()
	for _, path := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// filesIn are all files, sorted, as seen from the folder. What makes a mount point for the
// engine, such as /proc, is a folder and empty.
func filesIn(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
