package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
)

func TestSecretValue(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("FULL", "from the environment")
	t.Setenv("EMPTY", "")
	file := func(content string) config.Secret {
		return config.FileSecret(write(t, dir, fmt.Sprintf("f%x", content[:min(8, len(content))]), content))
	}
	for name, test := range map[string]struct {
		secret config.Secret
		want   string
	}{
		"literal":                {config.LiteralSecret("s3cret"), "s3cret"},
		"literal block":          {config.LiteralSecret("s3cret\n"), "s3cret"},
		"environment":            {config.EnvSecret("FULL"), "from the environment"},
		"file":                   {file("abc"), "abc"},
		"file with line end":     {file("abcd\n"), "abcd"},
		"file from Windows":      {file("abcde\r\n"), "abcde"},
		"spaces belong to it":    {file(" abc "), " abc "},
		"as large as it may be":  {file(strings.Repeat("x", 4096)), strings.Repeat("x", 4096)},
		"letters of all scripts": {file("pässwörd"), "pässwörd"},
	} {
		if got, err := test.secret.Value(); got != test.want || err != nil {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestSecretValueFails(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("EMPTY", "")
	t.Setenv("TWO", "hunter2\nhunter2")
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	file := func(content string) config.Secret { return config.FileSecret(write(t, t.TempDir(), "x", content)) }
	for name, test := range map[string]struct {
		secret config.Secret
		want   string // after the source
	}{
		"not set":           {config.Secret{}, "no secret is configured"},
		"empty literal":     {config.LiteralSecret(""), ": is empty"},
		"unset variable":    {config.EnvSecret("PEPLINK_TEST_UNSET"), ": is not set"},
		"empty variable":    {config.EnvSecret("EMPTY"), ": is empty"},
		"two-line variable": {config.EnvSecret("TWO"), ": has more than one line"},
		"no file":           {config.FileSecret(filepath.Join(dir, "none")), ": no such file or directory"},
		"directory":         {config.FileSecret(dir), ": is a directory, not a file"},
		"endless link":      {config.FileSecret(loop), ": too many levels of symbolic links"},
		"empty file":        {file(""), ": is empty"},
		"only a line end":   {file("\n"), ": is empty"},
		"only spaces":       {file(" \t \n"), ": is empty"},
		"two lines":         {file("hunter2\nhunter2\n"), ": has more than one line"},
		"an empty line":     {file("hunter2\n\n"), ": has more than one line"},
		"old line ends":     {file("hunter2\rhunter2"), ": has more than one line"},
		"too large":         {file(strings.Repeat("x", 4097)), ": is larger than 4 KiB"},
		"UTF-16":            {file("h\x00u\x00n\x00"), ": is not plain UTF-8 text"},
		"byte order mark":   {file("\uFEFFhunter2"), ": is not plain UTF-8 text"},
		"Latin-1":           {file("hunter2\xe4"), ": is not plain UTF-8 text"},
	} {
		value, err := test.secret.Value()
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		want := test.want
		if !test.secret.IsZero() {
			want = test.secret.Source() + want
		}
		if diff := cmp.Diff(want, err.Error()); diff != "" || value != "" {
			t.Errorf("%s: value %q, -want +got\n%s", name, value, diff)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error holds the value", name)
		}
	}
}

func TestSecretFileWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	path := write(t, dir, "x", "hunter2")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "a.yml", "- {name: a, url: a, username: u, password_file: x}\n")
	loaded, err := config.Load(write(t, dir, "exporter.yml", "target_files: [a.yml]\n"), collectors)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []config.Secret{config.FileSecret(path), loaded.Targets[0].Password} {
		if _, err := secret.Value(); err == nil || err.Error() != "file "+path+": permission denied" {
			t.Errorf("got %v", err)
		}
	}
}

// A new secret must count at once: rewritten in place with the same length within
// one tick of the file system's clock, renamed over, or behind a moved link.
func TestSecretFileRotates(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	secret := config.FileSecret(path)
	expect := func(want string) {
		t.Helper()
		if got, err := secret.Value(); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if _, err := secret.Value(); err == nil {
		t.Errorf("a missing file has a value")
	}
	write(t, dir, "x", "one")
	expect("one")
	write(t, dir, "x", "two")
	expect("two")
	if err := os.Rename(write(t, dir, "new", "three"), path); err != nil {
		t.Fatal(err)
	}
	expect("three")
	// As Kubernetes does: a link to a directory is replaced.
	write(t, dir, "v1/secret", "four1")
	write(t, dir, "v2/secret", "four2")
	secret = config.FileSecret(filepath.Join(dir, "current", "secret"))
	for _, version := range []string{"v1", "v2"} {
		link := filepath.Join(dir, "next")
		if err := os.Symlink(version, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(link, filepath.Join(dir, "current")); err != nil {
			t.Fatal(err)
		}
		expect("four" + version[1:])
	}
}

func TestSecretIsSafeForConcurrentUse(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "x", "one")
	secret := config.FileSecret(filepath.Join(dir, "x"))
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 50 {
				if got, err := secret.Value(); err != nil || got != "one" && got != "two" {
					t.Errorf("got %q, %v", got, err)
				}
			}
		})
	}
	if err := os.Rename(write(t, dir, "new", "two"), filepath.Join(dir, "x")); err != nil {
		t.Error(err)
	}
	readers.Wait()
}

func TestSecretSource(t *testing.T) {
	for want, secret := range map[string]config.Secret{
		"no secret":              {},
		"the configuration file": config.LiteralSecret("hunter2"),
		"file secrets/x.secret":  config.FileSecret("secrets/x.secret"),
		"environment variable X": config.EnvSecret("X"),
	} {
		if got := secret.Source(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestSecretSame(t *testing.T) {
	all := []func() config.Secret{
		func() config.Secret { return config.Secret{} },
		func() config.Secret { return config.LiteralSecret("x") },
		func() config.Secret { return config.LiteralSecret("y") },
		func() config.Secret { return config.FileSecret("x") },
		func() config.Secret { return config.EnvSecret("x") },
	}
	for i, a := range all {
		for j, b := range all {
			if got := config.Same(a(), b()); got != (i == j) {
				t.Errorf("secrets %d and %d: same is %v", i, j, got)
			}
		}
	}
}

func TestSecretWarnings(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"a.id": "id", "a.secret": "secret\n", "b.id": " id\n", "b.secret": "secret", "c.secret": "secret ", "closed/d.secret": "secret", "d.id": "id",
	} {
		path := write(t, dir, name, content)
		if filepath.Ext(name) == ".secret" {
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Chmod(dir, 0o711); err != nil { // to reach a file, nobody needs to list its folder
		t.Fatal(err)
	}
	t.Setenv("BLANK", "secret ")
	loaded, err := config.Load(write(t, dir, "exporter.yml", `
defaults:
  client_id_file: "{name}.id"
  client_secret_file: "{name}.secret"
targets:
  - {name: a, url: a}
  - {name: b, url: b}
  - {name: c, url: c, username: u, password_file: c.secret}
  - {name: d, url: d, client_id_file: d.id, client_secret_file: closed/d.secret}
  - {name: e, url: e, client_id: " e", client_secret_env: BLANK}
  - {name: gone, url: gone}
`), collectors)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(strings.TrimSpace(`
DIR/exporter.yml:3: client_id_file: file DIR/b.id: begins or ends with a blank, which counts as part of the secret
DIR/exporter.yml:4: client_secret_file: every user of this machine can read the file DIR/a.secret and 1 more; set its mode to 600
DIR/exporter.yml:8: password_file: file DIR/c.secret: begins or ends with a blank, which counts as part of the secret
DIR/exporter.yml:8: password_file: every user of this machine can read the file DIR/c.secret; set its mode to 600
DIR/exporter.yml:10: client_id: the configuration file: begins or ends with a blank, which counts as part of the secret
DIR/exporter.yml:10: client_secret_env: environment variable BLANK: begins or ends with a blank, which counts as part of the secret
`), "DIR", dir)
	_, warnings := loaded.CheckSecrets()
	if diff := cmp.Diff(want, warnings.Error()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestCheckSecrets(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "secrets/a.id", "id")
	write(t, dir, "secrets/a.secret", "one\ntwo")
	path := write(t, dir, "exporter.yml", `
defaults:
  client_id_file: secrets/{name}.id
  client_secret_file: secrets/{name}.secret
targets:
  - {name: a, url: 192.0.2.1}
  - {name: b, url: 192.0.2.2}
  - {name: c, url: 192.0.2.3, client_id_env: PEPLINK_TEST_UNSET, client_secret: ""}
  - {name: d, url: 192.0.2.4, client_id: d, client_secret: d}
  - {name: e, url: 192.0.2.5, username: u, password_file: "{name}.password"}
  - {name: f, url: 192.0.2.6, username: u, password: p}
`)
	loaded, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(strings.TrimSpace(`
DIR/exporter.yml:3: client_id_file: file DIR/secrets/b.id: no such file or directory
DIR/exporter.yml:4: client_secret_file: file DIR/secrets/a.secret: has more than one line
DIR/exporter.yml:4: client_secret_file: file DIR/secrets/b.secret: no such file or directory
DIR/exporter.yml:8: client_id_env: environment variable PEPLINK_TEST_UNSET: is not set
DIR/exporter.yml:8: client_secret: the configuration file: is empty
DIR/exporter.yml:10: password_file: file DIR/e.password: no such file or directory
`), "DIR", dir)
	faults, warnings := loaded.CheckSecrets()
	if diff := cmp.Diff(want, faults.Error()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	byHand := &config.Config{Targets: []*config.Target{{}}}
	if got, _ := byHand.CheckSecrets(); got.Error() != ": no secret is configured" {
		t.Errorf("got %v", got)
	}
	if got, _ := good(t, one).CheckSecrets(); len(got) != 0 || len(warnings) != 0 {
		t.Errorf("got %v, warnings %v", got, warnings)
	}
}
