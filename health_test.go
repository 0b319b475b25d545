package main

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestHealthCommand(t *testing.T) {
	d := start(t, writeConfig(t, good))
	for _, arguments := range [][]string{
		{"health", d.url}, {"health", d.url + "/"}, {"health", d.url + "/-/ready"},
	} {
		if got := runProgram(t, arguments...); got.status != 0 || got.stdout != "" || got.stderr != "" {
			t.Errorf("%q: %+v", arguments, got)
		}
	}
	for url, want := range map[string]string{d.url + "/nowhere": "404 Not Found", "127.0.0.1": "not the URL of an exporter"} {
		if got := runProgram(t, "health", url); got.status != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("health %s: %+v", url, got)
		}
	}
	d.end(t, syscall.SIGTERM)
	if got := runProgram(t, "health", d.url); got.status != 1 || !strings.Contains(got.stderr, "connection refused") {
		t.Errorf("of an exporter that has ended: %+v", got)
	}
}

// With a password on the exporter's port and a prefix, supervisors have theirs. It tells
// of the end while a probe still runs; then the sessions are given back.
func TestHealthPortWhileEnding(t *testing.T) {
	router, url := hangingRouter(t)
	d := start(t, writeConfig(t, fmt.Sprintf("targets:\n  - {name: a, url: %q, client_id: %s, client_secret: %s}\n",
		url, peplinktest.ClientID, peplinktest.ClientSecret)), "--web.external-url=http://metrics.example/peplink", "--web.health-listen-address=127.0.0.1:0")
	health := &daemon{url: d.health}
	for path, want := range map[string]int{"/-/healthy": 200, "/-/ready": 200, "/metrics": 404, "/peplink/metrics": 404, "/config": 404, "/": 404} {
		if status, body, err := health.get(t.Context(), path); err != nil || status != want {
			t.Errorf("%s: %d, %v, want %d: %s", path, status, err, want, body)
		}
	}
	if got := runProgram(t, "health", d.health); got.status != 0 {
		t.Errorf("health of that port: %+v", got)
	}

	answered := make(chan string, 1)
	go func() {
		_, body, err := d.get(t.Context(), "/peplink/probe?target=a")
		answered <- fmt.Sprint(err, "\n", body)
	}()
	if err := router.WaitFor(t.Context(), "status.wan.connection", 1); err != nil {
		t.Fatal(err)
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.await(t, "running probes finish")
	for path, want := range map[string]int{"/-/healthy": http.StatusOK, "/-/ready": http.StatusServiceUnavailable} {
		if status, _, err := health.get(t.Context(), path); err != nil || status != want {
			t.Errorf("%s while ending: %d, %v, want %d", path, status, err, want)
		}
	}
	if n := router.ValidTokens(); n != 1 {
		t.Errorf("%d sessions while the probe runs, want 1", n)
	}
	router.ClearFault("status.wan.connection")
	if got := <-answered; !strings.Contains(got, "\npeplink_up 1\n") {
		t.Errorf("the running probe: %s", got)
	}
	if status := d.wait(t); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
	if n := router.ValidTokens(); n != 0 {
		t.Errorf("%d sessions are left at the router", n)
	}
}

func TestHealthPortTaken(t *testing.T) {
	d := start(t, writeConfig(t, good))
	got := runProgram(t, "--config.file="+writeConfig(t, good), "--web.listen-address=127.0.0.1:0",
		"--web.health-listen-address="+strings.TrimPrefix(d.url, "http://"))
	if got.status != 1 || !strings.Contains(got.stderr, "address already in use") {
		t.Errorf("exit status %d, %q", got.status, got.stderr)
	}
	d.end(t, syscall.SIGTERM)
}
