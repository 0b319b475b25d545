package config_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// A short file must not make Load read for long: whatever it repeats by aliases
// and merges has one budget, and what is wrong behind them is named once.
func TestAliasesHaveABudget(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	const target = "  - {name: t%[1]d, url: t%[1]d.example, "
	for name, text := range map[string]string{
		"unknown keys":   head + "  labels: &big {" + many(5_000, "k%d: v, ") + "}\ntargets:\n" + many(500, target+"<<: *big}\n"),
		"labels":         head + "  x: &big {" + many(5_000, "k%d: v, ") + "}\ntargets:\n" + many(500, target+"labels: {<<: *big}}\n"),
		"default labels": head + "  labels: {" + many(5_000, "k%d: v, ") + "}\ntargets:\n" + many(5000, target+"}\n"),
		"words":          head + "  expose: &big [" + many(5_000, "w%d, ") + "]\ntargets:\n" + many(500, target+"collectors: *big}\n"),
		"one target":     head + "targets:\n  - &big {" + many(5_000, "k%d: v, ") + "}\n" + many(500, "  - *big # %d\n"),
	} {
		got := faultsOf(t, text, nil)
		if !strings.Contains(got, "aliases (*) and merges (<<) repeat too much") {
			t.Errorf("%s: %d bytes of faults, none about repetition", name, len(got))
		}
		if lines := strings.Count(got, "\n"); lines > 50_000 {
			t.Errorf("%s: %d faults", name, lines)
		}
	}
}

// Opening a named pipe waits for its other end, and a device may never end.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "exporter.yml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero"} {
		_, err := config.Load(path, collectors)
		if want := path + ": cannot read the file: is not a regular file"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := config.FileSecret(pipe).Value(); err == nil || err.Error() != "file "+pipe+": is not a regular file" {
		t.Errorf("secret: got %v", err)
	}
}

func TestLargeFile(t *testing.T) {
	path := write(t, t.TempDir(), "exporter.yml", one+strings.Repeat("#", 16<<20))
	if _, err := config.Load(path, collectors); err == nil || err.Error() != path+": cannot read the file: is larger than 16384 KiB" {
		t.Errorf("got %v", err)
	}
}
