package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// The example must load as it stands.
func TestExampleLoads(t *testing.T) {
	path := filepath.Join("..", "config.example.yml")
	loaded, err := config.Load(path, collectors)
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Targets) == 0 || len(loaded.Warnings) != 0 {
		t.Errorf("%d targets, warnings: %v", len(loaded.Targets), loaded.Warnings)
	}
	// A first start fails for the missing secrets only.
	if faults, _ := loaded.CheckSecrets(); len(faults) == 0 {
		t.Errorf("the secrets of the example exist")
	}
}

// The file that the head of the example gives to begin with is complete.
func TestExampleToBeginWith(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "config.example.yml"))
	if err != nil {
		t.Fatal(err)
	}
	_, begin, found := strings.Cut(string(raw), "\n#     targets:\n")
	if !found {
		t.Fatal("the head shows no targets")
	}
	begin, _, _ = strings.Cut(begin, "\n#\n")
	loaded := good(t, "targets:\n"+strings.ReplaceAll("\n"+begin, "\n#     ", "\n"))
	if len(loaded.Targets) != 1 || len(loaded.Warnings) != 0 {
		t.Errorf("%d targets, warnings: %v", len(loaded.Targets), loaded.Warnings)
	}
}

// The defaults that the example shows are those that hold without it; which
// collectors are on is not decided in this package.
func TestExampleShowsTheDefaults(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "config.example.yml"))
	if err != nil {
		t.Fatal(err)
	}
	text, _, found := strings.Cut(string(raw), "\ntargets:")
	if !found {
		t.Fatal("the example has no targets after defaults")
	}
	const target = "\ntargets:\n  - {name: a, url: 192.0.2.1, client_id: i, client_secret: s}\n"
	load := func(text string) *config.Target {
		t.Helper()
		loaded, err := config.Load(write(t, t.TempDir(), "exporter.yml", text), collectors)
		if err != nil {
			t.Fatal(err)
		}
		return loaded.Targets[0]
	}
	shown, builtIn := load(text+target), load(target)
	shown.Collectors = builtIn.Collectors
	shown.ClientID, shown.ClientSecret = builtIn.ClientID, builtIn.ClientSecret
	if diff := cmp.Diff(builtIn, shown, compareTargets); diff != "" {
		t.Errorf("-built in +in the example\n%s", diff)
	}
}

// What the example shows as a comment must be a key too.
func TestExampleCommentsLoad(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "config.example.yml"))
	if err != nil {
		t.Fatal(err)
	}
	commented := regexp.MustCompile(`(?m)^( *)# ([a-z_]+: \S+)$`)
	keys := commented.FindAllSubmatchIndex(raw, -1)
	if len(keys) == 0 {
		t.Fatal("no key stands in a comment")
	}
	for _, at := range keys {
		text := string(raw[:at[3]]) + string(raw[at[4]:])
		_, err := config.Load(write(t, t.TempDir(), "exporter.yml", text), collectors)
		var faults config.Faults
		errors.As(err, &faults)
		// Beside the credential that is not commented out it is one too many.
		for _, fault := range faults {
			if !strings.HasPrefix(fault.Message, "the same secret stands") && !strings.HasPrefix(fault.Message, "stands beside") {
				t.Errorf("%s: %v", raw[at[4]:at[5]], fault)
			}
		}
	}
}

func TestExampleShowsEveryKey(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "config.example.yml"))
	if err != nil {
		t.Fatal(err)
	}
	// The list is taken from the fault about an unknown key.
	for _, text := range []string{"targets:\n  - zzzzzzzzzzzz: 1\n", "defaults: {tls_config: {zzzzzzzzzzzz: 1}}\n", "zzzzzzzzzzzz: 1\n"} {
		_, known, found := strings.Cut(faultsOf(t, text, nil), "known are ")
		if !found {
			t.Fatal("the fault names no keys")
		}
		known, _, _ = strings.Cut(known, "\n")
		for key := range strings.SplitSeq(known, ", ") {
			if !regexp.MustCompile(`(?m)^[ #-]*` + key + `:`).Match(raw) {
				t.Errorf("the example lacks %s", key)
			}
		}
	}
}
