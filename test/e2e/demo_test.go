//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const module = "github.com/peplink-exporter/peplink_exporter"

// demo is the running demo: simulated routers, and an exporter that is a child of it.
type demo struct {
	Exporter string   `json:"exporter"`
	Targets  []router `json:"targets"`

	process *exec.Cmd
	ended   <-chan error
}

// startDemo builds the exporter and the demo as they stand here and returns when the demo says that it is ready.
func startDemo(ctx context.Context, t *testing.T) *demo {
	t.Helper()
	bin := t.TempDir()
	build := exec.CommandContext(ctx, "go", "build", "-o", bin, module, module+"/demo")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, out)
	}

	process := exec.CommandContext(ctx, filepath.Join(bin, "demo"),
		"--exporter", filepath.Join(bin, "peplink_exporter"), "--listen", freeAddress(ctx, t), "--print-json")
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	ended := start(t, process)
	line, err := firstLine(ctx, output)
	if err != nil {
		t.Fatalf("the demo did not say that it is ready: %v", err)
	}
	d := &demo{process: process, ended: ended}
	if err := json.Unmarshal(line, d); err != nil {
		t.Fatalf("the demo's first line is not the promised JSON: %v\n%s", err, line)
	}
	if d.Exporter == "" || len(d.Targets) == 0 {
		t.Fatalf("the demo names no exporter or no targets: %s", line)
	}
	d.Exporter = strings.TrimSuffix(d.Exporter, "/")
	return d
}

// start runs a program in a process group of its own, as a shell does, so that the group can be signalled as by
// Ctrl-C. At the latest it is ended with the context. What it logs is shown if the test fails.
func start(t *testing.T, process *exec.Cmd) <-chan error {
	t.Helper()
	process.Stderr = t.Output()
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGTERM) }
	process.WaitDelay = 20 * time.Second
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	gone := make(chan struct{})
	go func() {
		ended <- process.Wait()
		close(gone)
	}()
	t.Cleanup(func() { <-gone })
	return ended
}

// firstLine also keeps on reading, so that the program is not held up by what it prints later.
func firstLine(ctx context.Context, output io.Reader) ([]byte, error) {
	type result struct {
		line []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		lines := bufio.NewReader(output)
		line, err := lines.ReadBytes('\n')
		read <- result{line, err}
		_, _ = io.Copy(io.Discard, lines)
	}()
	select {
	case r := <-read:
		return r.line, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (d *demo) address() string {
	return strings.TrimPrefix(d.Exporter, "http://")
}

// pressCtrlC does as a terminal: every process of the group gets the signal.
func (d *demo) pressCtrlC() error { return syscall.Kill(-d.process.Process.Pid, syscall.SIGINT) }

func (d *demo) terminate() error { return d.process.Process.Signal(syscall.SIGTERM) }

// endsAfter checks that a signal ends the demo with exit code 0 and leaves no process and no open port.
func (d *demo) endsAfter(ctx context.Context, t *testing.T, signal func() error) {
	t.Helper()
	if err := signal(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.ended:
		if err != nil {
			t.Errorf("the demo ended with %v, want exit status 0", err)
		}
	case <-ctx.Done():
		t.Fatalf("the demo goes on after the signal: %v", context.Cause(ctx))
	}
	eventually(ctx, t, func(context.Context) error {
		err := syscall.Kill(-d.process.Process.Pid, 0)
		if errors.Is(err, syscall.ESRCH) {
			return nil
		}
		return errors.Join(errors.New("a process of the demo is left"), err)
	})
	urls := []string{d.Exporter}
	for _, target := range d.Targets {
		urls = append(urls, target.URL, target.Control)
	}
	for _, open := range urls {
		if err := closed(ctx, open); err != nil {
			t.Error(err)
		}
	}
}

func closed(ctx context.Context, at string) error {
	u, err := url.Parse(at)
	if err != nil {
		return err
	}
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(fmt.Errorf("%s is still open", at), connection.Close())
}
