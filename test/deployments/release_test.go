//go:build release

package deployments_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A release is made twice, by GoReleaser itself: in two folders, with compilations that
// share nothing, and with different permissions for new files. Each file in it is the same
// byte for byte, the lists of contents and the checksums included.
func TestReleaseIsReproducible(t *testing.T) {
	source := committed(t)
	here, there := filepath.Join(t.TempDir(), "clone"), filepath.Join(t.TempDir(), "somewhere", "else", "peplink")
	output(t, source, "git", "clone", "--quiet", source, here)
	output(t, source, "git", "clone", "--quiet", source, there)
	first := released(t, here, "022", os.Environ())
	second := released(t, there, "077", append(os.Environ(), "GOCACHE="+t.TempDir()))
	t.Logf("%d files:\n%s", strings.Count(first, "\n"), first)
	if first != second {
		t.Errorf("the second time it was\n%s", second)
	}
	checkArchive(t, filepath.Join(here, "dist", "peplink_exporter-1.2.4-dev.linux-amd64.tar.gz"))
	for _, kind := range []string{"tar.gz", "deb", "rpm", "cdx.json"} {
		made := regexp.MustCompile(`(?m)^[0-9a-f]{64}  \S+\.`+regexp.QuoteMeta(kind)+`$`).FindAllString(first, -1)
		if len(made) != 3 { // amd64, arm64 and armv7
			t.Errorf("%d files of kind %s, want 3", len(made), kind)
		}
	}
}

// checkArchive looks for what every pattern of files stands for: one that matches nothing
// is no error to GoReleaser.
func checkArchive(t *testing.T, path string) {
	t.Helper()
	listed := output(t, ".", "tar", "--list", "--file", path)
	for _, name := range []string{
		"peplink_exporter", "LICENSE", "THIRD-PARTY-LICENSES", "README.md", "CHANGELOG.md", "METRICS.md", "config.example.yml", "dashboards/fleet.json",
		"deploy/prometheus/prometheus.yml", "deploy/prometheus/peplink.rules.yml", "deploy/prometheus/RUNBOOK.md",
		"deploy/alertmanager/alertmanager.yml", "deploy/alertmanager/templates/escape.tmpl",
		"deploy/grafana/provisioning/datasources/prometheus.yml",
		"deploy/systemd/README.md", "deploy/systemd/peplink_exporter.service", "deploy/package/peplink_exporter.yml",
	} {
		if !strings.Contains(listed, "peplink_exporter-1.2.4-dev.linux-amd64/"+name+"\n") {
			t.Errorf("the archive lacks %s:\n%s", name, listed)
		}
	}
}

// committed is a repository of one commit, with what is or could be committed here. A
// chart's links and tests play no part in a release.
func committed(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "source")
	sourceCopy(t, folder)
	git := func(arguments ...string) {
		t.Helper()
		output(t, folder, "git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.net"}, arguments...)...)
	}
	git("init", "--quiet", "--initial-branch=main")
	git("add", "--all")
	git("commit", "--quiet", "--message=all", "--date="+commitDate)
	git("tag", "v"+packagedVersion)
	git("remote", "add", "origin", "https://github.com/peplink-exporter/peplink_exporter.git")
	return folder
}

// released makes a release without publishing it, and returns the SHA-256 of its files as
// sha256sum writes them.
func released(t *testing.T, folder, umask string, environment []string) string {
	t.Helper()
	output(t, folder, "git", "remote", "set-url", "origin", "https://github.com/peplink-exporter/peplink_exporter.git")
	command := exec.CommandContext(t.Context(), "sh", "-c", "umask "+umask+" && exec goreleaser release --snapshot")
	command.Dir, command.Env = folder, environment
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("goreleaser: %v\n%s", err, said)
	}
	dist := filepath.Join(folder, "dist")
	files, err := filepath.Glob(filepath.Join(dist, "*"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"--"}
	for _, file := range files {
		name := filepath.Base(file)
		// Folders are what is packed; these three are GoReleaser's notes, with times and paths.
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && !slices.Contains([]string{"artifacts.json", "config.yaml", "metadata.json"}, name) {
			names = append(names, name)
		}
	}
	return output(t, dist, "sha256sum", names...)
}
