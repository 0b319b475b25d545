//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// past is series that a Prometheus is to have had for a while before it starts: their text as in an exposition, with
// labels.
type past struct {
	series   string
	value    float64
	from, to time.Duration // ago
}

// makeHistory writes what has been into a folder of blocks, with a sample every half minute.
func makeHistory(ctx context.Context, t *testing.T, all []past) (folder string) {
	t.Helper()
	folder = t.TempDir()
	now := time.Now()
	var text strings.Builder
	for _, p := range all {
		for at := now.Add(-p.from); at.Before(now.Add(-p.to)); at = at.Add(30 * time.Second) {
			fmt.Fprintf(&text, "%s %g %d\n", p.series, p.value, at.Unix())
		}
	}
	text.WriteString("# EOF\n")
	file := filepath.Join(t.TempDir(), "history.txt")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	creation := exec.CommandContext(ctx, program(t, "promtool"), "tsdb", "create-blocks-from", "openmetrics", file, folder)
	if said, err := creation.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", creation, err, said)
	}
	return folder
}
