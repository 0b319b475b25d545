//go:build e2e

package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// savePages keeps what the exporter answers of each router of the demo, and of itself.
func savePages(ctx context.Context, t *testing.T, demo *demo) (folder string) {
	t.Helper()
	folder = t.TempDir()
	save := func(name, page string) {
		text, err := get(ctx, demo.Exporter+page)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".prom"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range demo.Targets {
		save(target.Name, "/probe?target="+target.Name)
	}
	save("metrics", "/metrics")
	return folder
}

// makeFleet writes the history of a fleet whose routers are as those that answered, and says when it ends.
func makeFleet(ctx context.Context, t *testing.T, pages, routers string) (folder string, end time.Time) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "fleetblocks")
	build := exec.CommandContext(ctx, "go", "build", "-C", "../queries", "-o", program, "./fleetblocks")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, said)
	}
	rules, err := filepath.Abs("../../deploy/prometheus/peplink.rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	end = time.Now().Truncate(time.Minute)
	run := exec.CommandContext(ctx, program, "--pages", pages, "--rules", rules, "--out", folder, "--routers", routers, "--end", unix(end))
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", run, err, said)
	}
	t.Logf("%s", said)
	return folder, end
}
