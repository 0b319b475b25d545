package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// program is the path of the exporter, which TestMain builds: what a signal does, and with
// which status it exits, can be seen only from outside.
func program() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("peplink_exporter-test-%d", os.Getpid()))
}

func TestMain(m *testing.M) {
	build := exec.CommandContext(context.Background(), "go", "build", "-o", program(), ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.Remove(program())
	os.Exit(status)
}

// outcome is how a run of the program ended.
type outcome struct {
	status         int
	stdout, stderr string
}

// runProgram runs the program to its end.
func runProgram(t *testing.T, arguments ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), program(), arguments...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return outcome{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "peplink_exporter.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// daemon is the program as it serves.
type daemon struct {
	url     string
	health  string // of the health port, where it has one
	command *exec.Cmd
	log     *bufio.Scanner // of its lines on standard error
	seen    strings.Builder
}

func start(t *testing.T, configFile string, more ...string) *daemon {
	t.Helper()
	arguments := append([]string{"--config.file=" + configFile, "--web.listen-address=127.0.0.1:0"}, more...)
	d := &daemon{command: exec.CommandContext(t.Context(), program(), arguments...)}
	stderr, err := d.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.log = bufio.NewScanner(stderr)
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(more, func(flag string) bool { return strings.HasPrefix(flag, "--web.health-listen-address=") }) {
		d.health = d.awaitAddress(t, "health checks are served")
	}
	d.url = d.awaitAddress(t, "Listening on")
	return d
}

// awaitAddress returns the URL of the address that a line of the log names.
func (d *daemon) awaitAddress(t *testing.T, text string) string {
	t.Helper()
	line := d.await(t, text)
	address := regexp.MustCompile(`address=(\S+)`).FindStringSubmatch(line)
	if address == nil {
		t.Fatalf("no address in %q", line)
	}
	return "http://" + address[1]
}

// await reads the log up to a line that holds a text.
func (d *daemon) await(t *testing.T, text string) string {
	t.Helper()
	for d.log.Scan() {
		d.seen.WriteString(d.log.Text() + "\n")
		if strings.Contains(d.log.Text(), text) {
			return d.log.Text()
		}
	}
	t.Fatalf("the log ended before %q: %s", text, d.seen.String())
	return ""
}

// end sends a signal, waits for the end, and returns the exit status.
func (d *daemon) end(t *testing.T, signal os.Signal) int {
	t.Helper()
	if err := d.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	return d.wait(t)
}

func (d *daemon) wait(t *testing.T) int {
	t.Helper()
	for d.log.Scan() { // all of it, before Wait closes the pipe
		d.seen.WriteString(d.log.Text() + "\n")
	}
	err := d.command.Wait()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return d.command.ProcessState.ExitCode()
}

func (d *daemon) get(ctx context.Context, path string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+path, nil)
	if err != nil {
		return 0, "", err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}
