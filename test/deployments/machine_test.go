//go:build deployments

package deployments_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// machine is a throw-away copy of this one, for which packages are installed as root
// without a trace: its root folder lies over this machine's, and what it writes is held in
// memory. It has no network but its own loopback.
type machine struct{ root, written string }

func newMachine(t *testing.T) machine {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("only root can install packages: run these tests as root, or leave out the build tag deployments")
	}
	folder := t.TempDir()
	// Not in the folder itself, which may be on a file system that cannot be laid over another.
	mount(t, "tmpfs", folder, "tmpfs", "mode=0755")
	m := machine{root: filepath.Join(folder, "root"), written: filepath.Join(folder, "written")}
	work := filepath.Join(folder, "work")
	for _, path := range []string{m.root, m.written, work} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mount(t, "overlay", m.root, "overlay", "lowerdir=/,upperdir="+m.written+",workdir="+work)
	// Containers have one that keeps services from being started.
	if err := os.RemoveAll(filepath.Join(m.root, "usr/sbin/policy-rc.d")); err != nil {
		t.Fatal(err)
	}
	return m
}

func mount(t *testing.T, source, target, kind, data string) {
	t.Helper()
	if err := syscall.Mount(source, target, kind, 0, data); err != nil {
		t.Fatalf("mount %s: %v", kind, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(target, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", kind, err)
		}
	})
}

// put copies a file of this machine to /root/NAME.
func (m machine) put(t *testing.T, path, name string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m.write(t, filepath.Join("root", name), string(content), 0o755)
}

func (m machine) write(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.root, path), []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

// run runs a program in the machine, without systemd, or boots it with init's arguments.
func (m machine) run(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	nspawn := []string{"--quiet", "--register=no", "--keep-unit", "--private-network", "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--directory=" + m.root}
	command := exec.CommandContext(ctx, "systemd-nspawn", append(nspawn, arguments...)...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // it ends the machine, too
	command.WaitDelay = 10 * time.Second
	said, err := command.CombinedOutput()
	return string(said), err
}

// scriptUnit runs a script once the machine is up, and ends the machine.
const scriptUnit = `[Unit]
After=basic.target
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/root/script
TimeoutStartSec=180s
`

// bootFor boots the machine with systemd and runs a script in it, which has to end by
// saying that it has finished.
func (m machine) bootFor(t *testing.T, script string) {
	t.Helper()
	m.put(t, script, "script")
	m.write(t, "etc/systemd/system/script.service", scriptUnit, 0o644)
	console, err := m.run(t, "--boot", "systemd.unit=script.service")
	said, readErr := os.ReadFile(filepath.Join(m.root, "root/said"))
	if err != nil || readErr != nil || !strings.HasSuffix(string(said), "\n+ echo finished\nfinished\n") {
		t.Errorf("the script did not get to its end: %v, %v\n%s\n%s", err, readErr, console, said)
	}
}

// files are those the machine has written and not deleted since.
func (m machine) files(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(m.written, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Type()&fs.ModeCharDevice != 0 { // what stands for a deleted file
			return err
		}
		found[strings.TrimPrefix(path, m.written)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
