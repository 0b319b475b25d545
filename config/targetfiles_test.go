package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// link makes a symbolic link.
func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

func TestTargetFiles(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	write(t, dir, "ca.pem", certificate(t))
	write(t, dir, "targets.d/ca/own.pem", certificate(t))
	write(t, dir, "targets.d/b.yml", "- {name: b1, url: 192.0.2.1}\n- {name: b2, url: 192.0.2.2, labels: {role: hub}}\n")
	write(t, dir, "targets.d/a.yml", `
- name: a
  url: 192.0.2.3
  username: u
  password_file: ../secrets/{name}.password
  tls_config: {ca_file: ca/own.pem}
`)
	write(t, dir, "none.yml", "[]\n")
	write(t, dir, ".asked/d.yml", "- {name: d, url: 192.0.2.6}\n")
	// Neither the locks of editors nor the second copies of Kubernetes.
	write(t, dir, "targets.d/.#a.yml", "no list")
	write(t, dir, ".hidden/b.yml", "no list")
	write(t, elsewhere, "c.yml", "- {name: c, url: 192.0.2.4, client_id: i, client_secret: s}\n")
	path := write(t, dir, "exporter.yml", `
target_files: [targets.d/b.yml, targets.d/*.yml, "*/b.yml", "*.yml", .asked/*.yml, `+elsewhere+`/c.yml]
targets:
  - {name: main, url: 192.0.2.5}
defaults:
  client_id_file: secrets/{name}.id
  client_secret_env: SECRET
  labels: {role: vehicle}
  tls_config: {ca_file: ca.pem}
`)
	loaded, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, target := range loaded.Targets {
		got = append(got, strings.Join([]string{
			target.Name, target.Labels["role"], target.ClientID.Source(), target.Username, target.Password.Source(), target.TLS.CAFile,
		}, " | "))
	}
	want := []string{
		"main | vehicle | file DIR/secrets/main.id |  | no secret | DIR/ca.pem",
		"d | vehicle | file DIR/secrets/d.id |  | no secret | DIR/ca.pem",
		"a | vehicle | no secret | u | file DIR/secrets/a.password | DIR/targets.d/ca/own.pem",
		"b1 | vehicle | file DIR/secrets/b1.id |  | no secret | DIR/ca.pem",
		"b2 | hub | file DIR/secrets/b2.id |  | no secret | DIR/ca.pem",
		"c | vehicle | the configuration file |  | no secret | DIR/ca.pem",
	}
	// The order of the two temporary directories is not known.
	if elsewhere < dir {
		want = slices.Insert(want[:5], 1, want[5])
	}
	if diff := cmp.Diff(want, strings.Split(strings.ReplaceAll(strings.Join(got, "\n"), dir, "DIR"), "\n")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(loaded.Warnings) != 0 {
		t.Errorf("warnings: %v", loaded.Warnings)
	}
	shown, err := loaded.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again, err := config.Load(write(t, t.TempDir(), "again.yml", string(shown)), collectors)
	if err != nil {
		t.Fatalf("the effective configuration does not load:\n%v", err)
	}
	bySource := cmp.Comparer(func(a, b config.Secret) bool { return a.Source() == b.Source() })
	if diff := cmp.Diff(loaded.Targets, again.Targets, bySource, compareTargets[1]); diff != "" {
		t.Errorf("-loaded +loaded again\n%s", diff)
	}
}

func TestFilesAreThoseThatWereRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "ca.pem", certificate(t))
	write(t, dir, "a.pem", certificate(t))
	write(t, dir, "secret", "s")
	write(t, dir, "list.yml", "[{name: b, url: b, tls_config: {ca_file: b.pem}}]")
	write(t, dir, "b.pem", certificate(t))
	path := write(t, dir, "exporter.yml", `
defaults: {client_id_file: secret, client_secret_file: secret, tls_config: {ca_file: ca.pem}}
targets: [{name: a, url: a, tls_config: {ca_file: "{name}.pem"}}, {name: c, url: c}]
target_files: [list.yml]
`)
	t.Chdir(dir)
	for _, name := range []string{path, "exporter.yml"} {
		loaded, err := config.Load(name, collectors)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, file := range []string{"exporter.yml", "ca.pem", "a.pem", "list.yml", "b.pem"} {
			want = append(want, filepath.Join(dir, file))
		}
		if diff := cmp.Diff(want, loaded.Files); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}

// Each fault must name the file that it is in.
func TestTargetFilesNameEveryFault(t *testing.T) {
	for name, test := range map[string]struct {
		text  string // of target_files and what follows
		files map[string]string
		want  []string
	}{
		"values": {
			"[b.yml, a.yml]\n",
			map[string]string{
				"a.yml": "- name: a\n  url: 192.0.2.1\n  timeout: x\n  tiemout: 1s\n- 192.0.2.2\n",
				"b.yml": "\n- {name: b, url: 192.0.2.2, username: u}\n- {}\n",
			},
			[]string{
				`a.yml:3: timeout: "x" is no duration`,
				"a.yml:4: tiemout: unknown key; did you mean timeout?",
				"a.yml:5: targets: every item must be a mapping, with name and url",
				"b.yml:2: username: password is missing",
				"b.yml:3: name: is missing; every target needs one",
				"b.yml:3: url: is missing; every target needs one",
			},
		},
		"files": {
			"['?.yml', gone.yml]\n",
			map[string]string{
				"a.yml":     "# nothing\n",
				"b.yml":     "targets:\n  - {name: b, url: 192.0.2.1}\n",
				"c.yml":     "- {name: c, url: 192.0.2.1}\n---\n- {name: d, url: 192.0.2.2}\n",
				"d.yml":     "- [\n",
				"e.yml/x":   "",
				"f.yml":     strings.Repeat("#", 16<<20) + "\n",
				"g.yml":     "~\n",
				"h.yml":     "hunter2\n",
				"i.yml":     "\n- *hunter2\n",
				"other.yml": "not read",
			},
			[]string{
				"a.yml: the file is empty; it needs a list of targets, or []",
				"b.yml:1: must be a list of targets, without a key before it; each begins with a dash",
				"c.yml:2: a second YAML document begins here; write everything in one",
				"d.yml:1: not valid YAML: did not find expected node content",
				"e.yml: cannot read the file: is a directory, not a file",
				"f.yml: cannot read the file: is larger than 16384 KiB",
				"g.yml: the file is empty; it needs a list of targets, or []",
				"h.yml:1: must be a list of targets, without a key before it; each begins with a dash",
				"i.yml:2: not valid YAML: unknown anchor; a value that begins with * must stand in quotes",
			},
		},
		"patterns": {
			"['[', '', [a], ~, \"a\\nb\"]\ntargets: x\n", nil,
			[]string{
				`exporter.yml:4: target_files: "[" is not a valid pattern; is there a [ without ]?`,
				"exporter.yml:4: target_files: holds an empty path; write one such as targets.d/*.yml",
				"exporter.yml:4: target_files: must be a single value",
				"exporter.yml:4: target_files: has no value",
				"exporter.yml:4: target_files: holds characters that no path should have, such as a line end",
				"exporter.yml:5: targets: must be a list; write [one, two], or one line with a dash for each",
			},
		},
		"no list of patterns": {
			"targets.d/*.yml\n", nil,
			[]string{"exporter.yml:4: target_files: must be a list; write [one, two], or one line with a dash for each"},
		},
		"one target in several files": {
			"['?.yml']\ntargets:\n  - name: main\n    url: 192.0.2.1\n",
			map[string]string{
				"a.yml": "- {name: a, url: 192.0.2.2}\n- {name: main, url: 192.0.2.3}\n",
				"b.yml": "- {name: b, url: 192.0.2.1}\n- {name: c, url: 192.0.2.2}\n- {name: a, url: 192.0.2.4}\n- {name: c, url: 192.0.2.5}\n",
			},
			[]string{
				"a.yml:2: name: the target in DIR/exporter.yml:6 is also called main",
				"b.yml:1: url: the target in DIR/exporter.yml:7 has the same url; write each router once",
				"b.yml:2: url: the target in DIR/a.yml:1 has the same url; write each router once",
				"b.yml:3: name: the target in DIR/a.yml:1 is also called a",
				"b.yml:4: name: the target in line 2 is also called c",
			},
		},
		"what only the main file may name": {
			"[d/a.yml]\n",
			map[string]string{
				"d/a.yml": "- {name: a, url: 192.0.2.1, client_id_env: ID, client_secret_env: SECRET}\n" +
					"- {name: b, url: 192.0.2.2, username: u, password_env: PASSWORD}\n" +
					"- {name: c, url: 192.0.2.3, client_id_file: ../../id, client_secret_file: /etc/shadow}\n" +
					"- {name: d, url: 192.0.2.4, username: u, password_file: '../{name}/../../x', tls_config: {ca_file: /etc/ssl/ca.pem}}\n" +
					"- {name: e, url: 192.0.2.5, username: u, password_file: '', tls_config: {ca_file: ''}}\n" +
					"- {name: f, url: 192.0.2.6, client_id_file: ../id, client_secret_file: DIR/d/../secret}\n",
			},
			[]string{
				"d/a.yml:1: client_id_env: a file of target_files may not read the environment; name a file, or write the target in DIR/exporter.yml",
				"d/a.yml:1: client_secret_env: a file of target_files may not read the environment",
				"d/a.yml:2: password_env: a file of target_files may not read the environment",
				"d/a.yml:3: client_id_file: leads out of the folder of DIR/exporter.yml; a file of target_files may name only files in it",
				"d/a.yml:3: client_secret_file: leads out of the folder of",
				"d/a.yml:4: password_file: leads out of the folder of",
				"d/a.yml:4: tls_config.ca_file: leads out of the folder of",
				"d/a.yml:5: password_file: is empty; write the path of a file",
			},
		},
		"a fault of defaults is named once, in its file": {
			"[a.yml]\ndefaults:\n  tls_config: {ca_file: '{name}.pem'}\n  username: u\n",
			map[string]string{
				"a.yml": "- {name: a, url: 192.0.2.1}\n",
			},
			[]string{
				"exporter.yml:6: tls_config.ca_file: file DIR/a.pem: no such file or directory",
				"exporter.yml:7: username: password is missing",
			},
		},
		"the main file is no YAML": {"[a.yml]\n]\n", map[string]string{"a.yml": "x"}, []string{"exporter.yml:5: not valid YAML: did not find expected key"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range test.files {
				write(t, dir, file, strings.ReplaceAll(content, "DIR", dir))
			}
			text := head + "target_files: " + test.text
			if strings.Contains(text, "\ndefaults:") {
				text = "#\n#\n#\n" + strings.TrimPrefix(text, head)
			}
			_, err := config.Load(write(t, dir, "exporter.yml", text), collectors)
			if err == nil {
				t.Fatal("loaded without fault")
			}
			lines := strings.Split(strings.ReplaceAll(err.Error(), dir, "DIR"), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("want %d faults, got\n%s", len(test.want), strings.Join(lines, "\n"))
			}
			for i, line := range lines {
				if want := "DIR/" + test.want[i]; !strings.HasPrefix(line, want) {
					t.Errorf("fault %d\n got %s\nwant %s", i, line, want)
				}
				if strings.Contains(line, "hunter2") {
					t.Errorf("a secret is in the fault %s", line)
				}
			}
		})
	}
}

func TestTargetFilesThatMatchNothing(t *testing.T) {
	loaded := good(t, head+"target_files:\n  - none/*.yml\n  - '*.yml'\n  - 'none.yml'\ntargets: []\n")
	var got []string
	for _, warning := range loaded.Warnings {
		_, line, _ := strings.Cut(warning.String(), "exporter.yml:")
		got = append(got, strings.TrimSpace(line))
	}
	want := []string{
		`5: target_files: no file of targets matches "none/*.yml"`,
		`6: target_files: no file of targets matches "*.yml"`, // but the file itself
		`7: target_files: no file of targets matches "none.yml"`,
		"8: targets: there are no targets yet, so no router is polled",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestWarningsNameTheFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yml", "- {name: a, url: 'http://192.0.2.1'}\n- {name: b, url: 192.0.2.2, tls_config: {insecure_skip_verify: true}}\n")
	path := write(t, dir, "exporter.yml", head+"target_files: [a.yml]\n")
	loaded, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, warning := range loaded.Warnings {
		place, _, _ := strings.Cut(strings.ReplaceAll(warning.String(), dir, "DIR"), ": ")
		got = append(got, place)
	}
	if diff := cmp.Diff([]string{"DIR/a.yml:1", "DIR/a.yml:2", "DIR/exporter.yml:3"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	write(t, dir, "a.yml", "\n- {name: a, url: 192.0.2.1}\n")
	loaded, err = config.Load(write(t, dir, "exporter.yml", head+"  tls_config: {insecure_skip_verify: yes}\ntarget_files: [a.yml]\n"), collectors)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := loaded.Warnings[0].String(), path+":4: tls_config.insecure_skip_verify: "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// What a target file may read does not make another secret of it.
func TestSharedSecretOfTwoFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.yml", "- {name: a, url: 'http://a', username: u, password_file: p}\n")
	loaded, err := config.Load(write(t, dir, "exporter.yml",
		"targets: [{name: b, url: b, username: u, password_file: p}]\ntarget_files: [a.yml]\n"), collectors)
	if err != nil {
		t.Fatal(err)
	}
	const want = "one secret is shared by b, a, and whoever poses as a learns it for all of them"
	if got := fmt.Sprint(loaded.Warnings); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}

// The folder's own name is no pattern, and faults name files as the caller did.
func TestTargetFilesInAFolderWithWildcards(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "[x]*", "a.yml", "- {name: a, url: 192.0.2.1, timeout: x}\n")
	write(t, "[x]*", "list[1].yml", "- {name: b, url: 192.0.2.2, timeout: x}\n")
	write(t, "x1", "a.yml", "- {name: wrong, url: wrong}\n")
	_, err := config.Load(write(t, "[x]*", "exporter.yml", head+"target_files: ['?.yml', 'list\\[*.yml']\n"), collectors)
	if err == nil {
		t.Fatal("loaded without fault")
	}
	var got []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		place, _, _ := strings.Cut(line, ": ")
		got = append(got, place)
	}
	if diff := cmp.Diff([]string{"[x]*/a.yml:1", "[x]*/list[1].yml:1"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Kubernetes puts links to ..data/key beside ..data, which is a link to a
// directory of its own: all of them inside the folder.
func TestTargetFilesInKubernetes(t *testing.T) {
	dir := t.TempDir()
	volume := func(version, folder string, files map[string]string) {
		for name, content := range files {
			write(t, filepath.Join(dir, folder, version), name, content)
			link(t, filepath.Join("..data", name), filepath.Join(dir, folder, name))
		}
		link(t, version, filepath.Join(dir, folder, "..data"))
	}
	volume("..2024", "targets.d", map[string]string{
		"a.yml":  "- {name: a, url: 192.0.2.1, username: u, password_file: ../secrets/a, tls_config: {ca_file: ca.pem}}\n",
		"ca.pem": certificate(t),
	})
	volume("..2024", "secrets", map[string]string{"a": "s3cret"})
	volume("..2024", "", map[string]string{"exporter.yml": "target_files: [targets.d/*, '*/a.yml']\n"})
	if err := os.Remove(filepath.Join(dir, "targets.d", "ca.pem")); err != nil {
		t.Fatal(err)
	}
	link(t, "targets.d/..data/ca.pem", filepath.Join(dir, "ca.pem"))
	write(t, dir, "targets.d/..2024/a.yml", "- {name: a, url: 192.0.2.1, username: u, password_file: ../secrets/a, tls_config: {ca_file: ../ca.pem}}\n")
	loaded, err := config.Load(filepath.Join(dir, "exporter.yml"), collectors)
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Targets) != 1 {
		t.Fatalf("%d targets", len(loaded.Targets))
	}
	if got, err := loaded.Targets[0].Password.Value(); got != "s3cret" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// Where a link leads may change at any time, so it is looked at on each reading.
func TestTargetFilesCannotLeaveTheFolderByLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write(t, outside, "secret", "hunter2")
	write(t, outside, "ca.pem", certificate(t))
	write(t, dir, "inside", "s3cret")
	secret := filepath.Join(dir, "secret")
	list := "- {name: a, url: 192.0.2.1, username: u, password_file: secret}\n"
	path := write(t, dir, "exporter.yml", head+"target_files: [a.yml]\n")
	write(t, dir, "a.yml", list)
	loaded, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	leadsOut := ": a symbolic link on the way is absolute or leads out of the folder " + dir
	relative, err := filepath.Rel(dir, outside)
	if err != nil {
		t.Fatal(err)
	}
	password := loaded.Targets[0].Password
	for to, want := range map[string]string{
		"inside":                          "",
		filepath.Join(relative, "secret"): leadsOut,
		filepath.Join(outside, "secret"):  leadsOut,
		filepath.Join(dir, "inside"):      leadsOut,
		"gone":                            ": no such file or directory",
	} {
		link(t, to, secret)
		got, err := password.Value()
		switch {
		case want == "" && (got != "s3cret" || err != nil):
			t.Errorf("link to %s: got %q, %v", to, got, err)
		case want != "" && (got != "" || err == nil || err.Error() != "file "+secret+want):
			t.Errorf("link to %s: got %q, %v", to, got, err)
		}
		if err := os.Remove(secret); err != nil {
			t.Fatal(err)
		}
	}
	// A file of the same path that the main file names may be anywhere.
	link(t, filepath.Join(outside, "secret"), secret)
	free, err := config.Load(write(t, dir, "main.yml", "targets:\n"+list), collectors)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := free.Targets[0].Password.Value(); got != "hunter2" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if config.Same(free.Targets[0].Password, password) || free.Targets[0].SameConnection(loaded.Targets[0]) {
		t.Errorf("a target counts as the same though its secret may now be read")
	}
	link(t, filepath.Join(outside, "ca.pem"), filepath.Join(dir, "ca.pem"))
	write(t, dir, "a.yml", "- {name: a, url: 192.0.2.1, tls_config: {ca_file: ca.pem}}\n")
	// That the main file may name it gives no right to others.
	write(t, dir, "exporter.yml", head+"  tls_config: {ca_file: ca.pem}\ntarget_files: [a.yml]\n")
	_, err = config.Load(path, collectors)
	if want := filepath.Join(dir, "a.yml") + ":1: tls_config.ca_file: file " + filepath.Join(dir, "ca.pem") + leadsOut; err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// secret_dirs are further folders for the secrets and CA files of target files, and nothing else is.
func TestSecretDirs(t *testing.T) {
	dir, credentials, outside := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, credentials, "a.secret", "s3cret")
	write(t, credentials, "ca.pem", certificate(t))
	write(t, dir, "etc/targets.d/a.yml", "- {name: a, url: a, username: u, password_file: '"+credentials+"/{name}.secret', tls_config: {ca_file: "+credentials+"/ca.pem}}\n"+
		"- {name: b, url: b, username: u, password_file: ../../mounted/b}\n- {name: c, url: c, username: u, password_file: ../c}\n")
	write(t, dir, "mounted/..v1/b", "mounted")
	link(t, "..v1", filepath.Join(dir, "mounted", "..data"))
	link(t, "..data/b", filepath.Join(dir, "mounted", "b"))
	write(t, dir, "etc/c", "own folder")
	const rest = "target_files: [targets.d/*.yml]\n"
	path := write(t, dir, "etc/exporter.yml", "secret_dirs: ["+credentials+", ../mounted]\n"+rest)
	loaded, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"s3cret", "mounted", "own folder"} {
		if got, err := loaded.Targets[i].Password.Value(); got != want || err != nil {
			t.Errorf("%s: got %q, %v", loaded.Targets[i].Name, got, err)
		}
	}
	secret := filepath.Join(credentials, "a.secret")
	if err := os.Remove(secret); err != nil {
		t.Fatal(err)
	}
	link(t, filepath.Join(write(t, outside, "x", "hunter2")), secret)
	if got, err := loaded.Targets[0].Password.Value(); err == nil || !strings.HasSuffix(err.Error(), "leads out of the folder "+credentials) {
		t.Errorf("through a link out of the folder: got %q, %v", got, err)
	}
	_, err = config.Load(write(t, dir, "etc/exporter.yml", "secret_dirs: ['', [x], "+outside+"]\n"+rest), collectors)
	want := strings.ReplaceAll(`DIR/exporter.yml:1: secret_dirs: holds an empty path; write one such as /run/secrets
DIR/exporter.yml:1: secret_dirs: must be a single value
DIR/targets.d/a.yml:1: password_file: leads out of the folder of DIR/exporter.yml; a file of target_files may name only files in it, or in the secret_dirs of that file
DIR/targets.d/a.yml:1: tls_config.ca_file: leads out of the folder of DIR/exporter.yml; a file of target_files may name only files in it, or in the secret_dirs of that file
DIR/targets.d/a.yml:2: password_file: leads out of the folder of DIR/exporter.yml; a file of target_files may name only files in it, or in the secret_dirs of that file`,
		"DIR", filepath.Join(dir, "etc"))
	if err == nil || err.Error() != want {
		t.Errorf("-want +got\n%s", cmp.Diff(want, fmt.Sprint(err)))
	}
}

// A folder that is gone must cost the target, not more.
func TestTargetFilesWithoutTheirFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "etc")
	write(t, dir, "a.yml", "- {name: a, url: 192.0.2.1, username: u, password_file: secret}\n")
	loaded, err := config.Load(write(t, dir, "exporter.yml", "target_files: [a.yml]\n"), collectors)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	want := "file " + filepath.Join(dir, "secret") + ": no such file or directory"
	if _, err := loaded.Targets[0].Password.Value(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
