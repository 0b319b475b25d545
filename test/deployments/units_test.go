//go:build deployments

package deployments_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// systemd has nothing to complain about. It looks for the program that is named, so that
// the units are given the path of one that is there.
func TestUnitsVerify(t *testing.T) {
	program, folder := builtProgram(t, ".", "peplink_exporter"), t.TempDir()
	for _, name := range []string{"peplink_exporter.service", "peplink_exporter.socket"} {
		text, err := os.ReadFile(filepath.Join("../../deploy/systemd", name))
		if err != nil {
			t.Fatal(err)
		}
		here := strings.ReplaceAll(string(text), "/usr/bin/peplink_exporter", program)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(here), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"peplink_exporter.service", "peplink_exporter.socket"} {
		said, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", filepath.Join(folder, name)).CombinedOutput()
		if err != nil || strings.Contains(string(said), "peplink") { // what it says of this machine's own units is not meant
			t.Errorf("%s: %v\n%s", name, err, said)
		}
	}
}

func TestUnitExposure(t *testing.T) {
	const most = "15" // tenths of what `systemd-analyze security` shows
	said, err := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--threshold="+most, "--no-pager",
		"../../deploy/systemd/peplink_exporter.service").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	t.Log(lines[len(lines)-1])
}
