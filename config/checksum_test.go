package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// Each step changes something, and says whether that must be seen.
func TestChecksum(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "exporter.yml")
	ca := certificate(t)
	put := func(name, text string) func() { return func() { write(t, dir, name, text) } }
	remove := func(name string) func() {
		return func() {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		}
	}
	const main = "defaults: {username: u, password_file: secret, tls_config: {ca_file: '{name}.pem'}}\n" +
		"targets: [{name: a, url: a}]\ntarget_files: [d/*.yml]\n"
	last := config.Checksum(path)
	for _, step := range []struct {
		what   string
		do     func()
		loads  bool
		change bool
	}{
		{"the file appears", put("exporter.yml", main), false, true},
		{"nothing", func() {}, false, false},
		{"a missing CA file appears", put("a.pem", ca), true, true},
		{"a secret appears", put("secret", "one"), true, false},
		{"a secret changes", put("secret", "two"), true, false},
		{"a new target file", put("d/b.yml", "[{name: b, url: b, tls_config: {}}]"), true, true},
		{"a target file changes", put("d/b.yml", "[{name: b, url: c, tls_config: {}}]"), true, true},
		{"it is written again as it is", put("d/b.yml", "[{name: b, url: c, tls_config: {}}]"), true, false},
		{"its time changes", func() {
			if err := os.Chtimes(filepath.Join(dir, "d/b.yml"), time.Time{}, time.Unix(1, 0)); err != nil {
				t.Error(err)
			}
		}, true, false},
		{"a file that does not match", put("d/b.txt", "x"), true, false},
		{"a file of an editor", put("d/.b.yml", "x"), true, false},
		{"a target file becomes faulty", put("d/b.yml", "["), false, true},
		{"it is faulty in another way", put("d/b.yml", "]"), false, true},
		{"it is repaired", put("d/b.yml", "[{name: b, url: c, tls_config: {}}]"), true, true},
		{"it goes", remove("d/b.yml"), true, true},
		{"an empty list", put("d/c.yml", "[]"), true, true},
		{"under another name", func() {
			if err := os.Rename(filepath.Join(dir, "d/c.yml"), filepath.Join(dir, "d/d.yml")); err != nil {
				t.Error(err)
			}
		}, true, true},
		{"a CA file changes", put("a.pem", certificate(t)), true, true},
		{"a CA file is no certificate", put("a.pem", "x"), false, true},
		{"a CA file goes", remove("a.pem"), false, true},
		{"a comment in the file", put("exporter.yml", main+"# comment\n"), false, true},
		{"the file is no YAML", put("exporter.yml", "["), false, true},
		{"the file is empty", put("exporter.yml", ""), false, true},
		{"the file is gone", remove("exporter.yml"), false, true},
	} {
		step.do()
		now := config.Checksum(path)
		if changed := now != last; changed != step.change {
			t.Errorf("%s: changed is %v", step.what, changed)
		}
		last = now
		loaded, err := config.Load(path, collectors)
		if (err == nil) != step.loads {
			t.Errorf("%s: %v", step.what, err)
		}
		if err == nil && loaded.Checksum != now {
			t.Errorf("%s: Load finds another checksum", step.what)
		}
	}
}

// Kubernetes moves one link; the files themselves stay what they are.
func TestChecksumFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "..v1/exporter.yml", "targets: []\n")
	write(t, dir, "..v2/exporter.yml", "targets: []\n#\n")
	path := filepath.Join(dir, "exporter.yml")
	link(t, "..data/exporter.yml", path)
	link(t, "..v1", filepath.Join(dir, "..data"))
	before := config.Checksum(path)
	link(t, "..v2", filepath.Join(dir, "..next"))
	if err := os.Rename(filepath.Join(dir, "..next"), filepath.Join(dir, "..data")); err != nil {
		t.Fatal(err)
	}
	if config.Checksum(path) == before {
		t.Errorf("the moved link is not seen")
	}
}
