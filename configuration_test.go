package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const (
	good = `defaults: {client_id: x, client_secret: hunter2}
targets:
  - {name: a, url: https://192.0.2.1}
  - {name: b, url: https://192.0.2.2}
`
	risky = `targets:
  - {name: a, url: http://192.0.2.1, client_id: x, client_secret: hunter2}
`
	noSecret = `targets:
  - {name: a, url: https://192.0.2.1, client_id: x, client_secret_file: a.secret}
  - {name: b, url: https://192.0.2.2, client_id: x, client_secret_env: PEPLINK_EXPORTER_TEST_UNSET}
`
	bad = `targets:
  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: hunter2, timeout: soon}
  - {name: a, url: https://192.0.2.2, client_id: x, client_secret: hunter2, conect_timeout: 1s}
  - {name: c, url: 'https://u:hunter2@192.0.2.3', client_id: x, client_secret: hunter2}
`
)

// badFaults is what is wrong with bad, by line.
var badFaults = []string{":2: timeout: ", ":3: conect_timeout: ", ":3: name: ", ":4: url: "}

func TestConfigCheck(t *testing.T) {
	for name, test := range map[string]struct {
		config         string
		status         int
		stdout, stderr []string
	}{
		"good":            {good, 0, []string{"2 targets", "no faults"}, nil},
		"no targets":      {"targets: []\n", 0, []string{"0 targets"}, []string{"warning: "}},
		"emptied":         {"target_files: [targets.d/*.yml]\n", 1, nil, []string{"no file of targets matches", "targets: []"}},
		"blank":           {"defaults: {client_id: x, client_secret: ' hunter2'}\ntargets: [{name: a, url: a}]\n", 0, []string{"1 targets"}, []string{"warning: ", "blank"}},
		"risky":           {risky, 0, []string{"1 targets"}, []string{"warning: ", "http://"}},
		"missing secrets": {noSecret, 1, nil, []string{":2: client_secret_file: ", "a.secret", ":3: client_secret_env: ", "PEPLINK_EXPORTER_TEST_UNSET"}},
		"faults":          {bad, 1, nil, badFaults},
		"empty":           {"", 1, nil, []string{"empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeConfig(t, test.config)
			got := runProgram(t, "--config.check", "--config.file="+path)
			if got.status != test.status {
				t.Errorf("exit status %d, want %d", got.status, test.status)
			}
			got.check(t, "standard output", got.stdout, test.stdout)
			got.check(t, "standard error", got.stderr, test.stderr)
		})
	}
}

// check looks for words, of which none means no text at all, and for what must not be there.
func (o outcome) check(t *testing.T, stream, text string, words []string) {
	t.Helper()
	if len(words) == 0 && text != "" {
		t.Errorf("%s: %q, want nothing", stream, text)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s: %q does not say %q", stream, text, word)
		}
	}
	if strings.Contains(text, "hunter2") {
		t.Errorf("%s shows a secret: %s", stream, text)
	}
}

func TestConfigCheckWithoutFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.yml")
	got := runProgram(t, "--config.check", "--config.file="+path)
	if got.status != 1 || !strings.Contains(got.stderr, path) {
		t.Errorf("exit status %d, %q", got.status, got.stderr)
	}
}

// An invalid configuration ends the start, and all its faults are told at once.
func TestStartWithInvalidConfiguration(t *testing.T) {
	got := runProgram(t, "--config.file="+writeConfig(t, bad), "--web.listen-address=127.0.0.1:0")
	if got.status != 1 {
		t.Errorf("exit status %d, want 1", got.status)
	}
	got.check(t, "standard error", got.stderr, badFaults)
	if strings.Contains(got.stderr, "Listening") {
		t.Error("it listened before it had read its configuration")
	}
}

func TestStartOnATakenAddress(t *testing.T) {
	taken := start(t, writeConfig(t, good))
	got := runProgram(t, "--config.file="+writeConfig(t, good), "--web.listen-address="+strings.TrimPrefix(taken.url, "http://"))
	if got.status != 1 || !strings.Contains(got.stderr, "address already in use") {
		t.Errorf("exit status %d, %q", got.status, got.stderr)
	}
	taken.end(t, syscall.SIGTERM)
}

func TestVersionAndUnknownFlag(t *testing.T) {
	if got := runProgram(t, "--version"); got.status != 0 || !strings.Contains(got.stdout+got.stderr, "peplink_exporter, version") {
		t.Errorf("version: %+v", got)
	}
	if got := runProgram(t, "--weather"); got.status == 0 || !strings.Contains(got.stderr, "weather") {
		t.Errorf("unknown flag: %+v", got)
	}
}

// The example that comes with the program is one that it takes, but for the secrets.
func TestExampleConfiguration(t *testing.T) {
	secretKey := regexp.MustCompile(`: (client_id|client_secret|password)_(file|env): `)
	got := runProgram(t, "--config.check", "--config.file=config.example.yml")
	for line := range strings.Lines(got.stderr) {
		if !secretKey.MatchString(line) {
			t.Errorf("not only secrets are missing: %s", line)
		}
	}
	if got.status != 1 {
		t.Errorf("exit status %d, want 1", got.status)
	}
}
