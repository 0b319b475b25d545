package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestServes(t *testing.T) {
	d := start(t, writeConfig(t, good))
	for path, want := range map[string]string{"/-/ready": "ready", "/sd": `"__param_target":"b"`, "/metrics": "peplink_exporter_targets 2"} {
		status, body, err := d.get(t.Context(), path)
		if err != nil || status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, %v, %s", path, status, err, body)
		}
	}
	if status := d.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
	if strings.Contains(d.seen.String(), "hunter2") {
		t.Errorf("the log shows a secret: %s", d.seen.String())
	}
}

// A probe that runs when the signal comes is answered, and then the exporter ends in peace.
func TestSignalLetsRunningProbesFinish(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			router, url := hangingRouter(t)
			d := start(t, writeConfig(t, fmt.Sprintf("targets:\n  - {name: a, url: %q, client_id: %s, client_secret: %s}\n",
				url, peplinktest.ClientID, peplinktest.ClientSecret)))
			type answer struct {
				status int
				body   string
				err    error
			}
			answered := make(chan answer, 1)
			go func() {
				status, body, err := d.get(t.Context(), "/probe?target=a")
				answered <- answer{status, body, err}
			}()
			if err := router.WaitFor(t.Context(), "status.wan.connection", 1); err != nil {
				t.Fatal(err)
			}
			if err := d.command.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			d.await(t, "running probes finish")
			router.ClearFault("status.wan.connection")
			got := <-answered
			if got.err != nil || got.status != http.StatusOK || !strings.Contains(got.body, "\npeplink_up 1\n") {
				t.Errorf("the running probe: %d, %v", got.status, got.err)
			}
			if status := d.wait(t); status != 0 {
				t.Errorf("exit status %d: %s", status, d.seen.String())
			}
			if _, _, err := d.get(t.Context(), "/-/healthy"); err == nil {
				t.Error("it still answers")
			}
		})
	}
}

// Who does not want to wait for them sends another one.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	router, url := hangingRouter(t)
	d := start(t, writeConfig(t, fmt.Sprintf("targets:\n  - {name: a, url: %q, timeout: 1h, client_id: %s, client_secret: %s}\n",
		url, peplinktest.ClientID, peplinktest.ClientSecret)))
	broken := make(chan error, 1)
	go func() {
		_, _, err := d.get(t.Context(), "/probe?target=a")
		broken <- err
	}()
	if err := router.WaitFor(t.Context(), "status.wan.connection", 1); err != nil {
		t.Fatal(err)
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.await(t, "running probes finish")
	if status := d.end(t, syscall.SIGTERM); status == 0 {
		t.Error("exit status 0, but a probe was broken off")
	}
	if err := <-broken; err == nil {
		t.Error("the probe was answered while its router hung")
	}
}

func hangingRouter(t *testing.T) (router *peplinktest.Router, url string) {
	t.Helper()
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	router.SetFault("status.wan.connection", peplinktest.Fault{Hang: true})
	served, err := router.Serve(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		router.Close()
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	return router, served.URL
}
