package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const (
	reloaded    = "configuration reloaded"
	notReloaded = "configuration not reloaded"
)

// knows tells which targets are served, and what is said of the last reload.
func (d *daemon) knows(t *testing.T, successful string, names ...string) {
	t.Helper()
	_, targets, err := d.get(t.Context(), "/sd")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains(targets, `"__param_target":"`+name+`"`) {
			t.Errorf("target %s is not served: %s", name, targets)
		}
	}
	if got := strings.Count(targets, "__param_target"); got != len(names) {
		t.Errorf("%d targets are served, want %d: %s", got, len(names), targets)
	}
	_, metrics, err := d.get(t.Context(), "/metrics")
	if want := "\npeplink_exporter_config_last_reload_successful " + successful + "\n"; err != nil || !strings.Contains(metrics, want) {
		t.Errorf("no %q in the metrics, %v", want, err)
	}
}

func TestHangupReloads(t *testing.T) {
	file := writeConfig(t, good)
	d := start(t, file)
	d.knows(t, "1", "a", "b")
	for _, step := range []struct{ text, logged, successful string }{
		{risky, reloaded, "1"},
		{bad, notReloaded, "0"},
		{bad, notReloaded, "0"},
		{risky, reloaded, "1"},
	} {
		if err := os.WriteFile(file, []byte(step.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := d.command.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if line := d.await(t, step.logged); !strings.Contains(line, "cause=SIGHUP") {
			t.Errorf("%q does not tell the cause", line)
		}
		d.knows(t, step.successful, "a")
	}
	if status := d.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("exit status %d", status)
	}
	for _, fault := range badFaults {
		if !strings.Contains(d.seen.String(), fault) {
			t.Errorf("the log does not tell %q", fault)
		}
	}
	if strings.Contains(d.seen.String(), "hunter2") {
		t.Errorf("the log shows a secret: %s", d.seen.String())
	}
}

// mount lays out a file as Kubernetes mounts a ConfigMap: the file is a link through
// ..data, and a change is another ..data, put in place by a rename.
func mount(t *testing.T, folder, version, text string) {
	t.Helper()
	for _, step := range []func() error{
		func() error { return os.Mkdir(filepath.Join(folder, version), 0o700) },
		func() error { return os.WriteFile(filepath.Join(folder, version, "peplink.yml"), []byte(text), 0o600) },
		func() error { return os.Symlink(version, filepath.Join(folder, "..data_tmp")) },
		func() error { return os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChangedFilesReload(t *testing.T) {
	folder := t.TempDir()
	mount(t, folder, "..1", good)
	file := filepath.Join(folder, "peplink.yml")
	if err := os.Symlink("..data/peplink.yml", file); err != nil {
		t.Fatal(err)
	}
	d := start(t, file, "--config.auto-reload-interval=10ms")
	for _, step := range []struct{ version, text, logged, successful string }{
		{"..2", risky, reloaded, "1"},
		{"..3", bad, notReloaded, "0"},
		{"..4", risky, reloaded, "1"},
	} {
		mount(t, folder, step.version, step.text)
		if line := d.await(t, step.logged); !strings.Contains(line, `cause="changed files"`) {
			t.Errorf("%q does not tell the cause", line)
		}
		d.knows(t, step.successful, "a")
	}
	if status := d.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if times := strings.Count(d.seen.String(), notReloaded); times != 1 {
		t.Errorf("the faulty file was tried %d times", times)
	}
	if times := strings.Count(d.seen.String(), reloaded); times != 2 {
		t.Errorf("%d reloads for two sound changes", times)
	}
}

func TestReloadCanBeDisabled(t *testing.T) {
	d := start(t, writeConfig(t, good), "--web.disable-admin")
	if status, _, err := d.get(t.Context(), "/config"); err != nil || status != http.StatusNotFound {
		t.Errorf("/config: %d, %v; want 404", status, err)
	}
	if err := d.command.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	d.await(t, reloaded)
	d.end(t, syscall.SIGTERM)
}
