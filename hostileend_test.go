package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// Callers who do not read keep a probe from finishing no longer than it would have had, and
// the sessions are given back after that.
func TestSignalBesideCallersWhoDoNotRead(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	manyBands(t, router)
	d := start(t, file)
	d.wantUp(t)
	for range 8 {
		d.askAndNotRead(t, "/probe?target=a")
	}
	router.SetFault("status.wan.connection", peplinktest.Fault{Hang: true})
	asked := router.Count("status.wan.connection")
	answered := make(chan string, 1)
	go func() {
		_, body, err := d.get(t.Context(), "/probe?target=a")
		answered <- fmt.Sprint(err, "\n", body)
	}()
	if err := router.WaitFor(t.Context(), "status.wan.connection", asked+1); err != nil {
		t.Fatal(err)
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.await(t, "running probes finish")
	if n := router.ValidTokens(); n != 1 {
		t.Errorf("%d sessions while probes run, want 1", n)
	}
	router.ClearFault("status.wan.connection")
	if got := <-answered; !strings.Contains(got, "\npeplink_up 1\n") {
		t.Errorf("the running probe: %.300s", got)
	}
	if status := d.wait(t); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
	if n := router.ValidTokens(); n != 0 {
		t.Errorf("%d sessions are left at the router", n)
	}
	if strings.Contains(d.seen.String(), "are cut") {
		t.Errorf("callers who do not read lasted until the end: %s", d.seen.String())
	}
}

// A list that is not read has more time than there is at the end: it is cut, in peace.
func TestSignalCutsWhatLasts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as running probes are waited for")
	}
	t.Parallel()
	var more strings.Builder
	for i := range 12000 {
		fmt.Fprintf(&more, "  - {name: t%d, url: 'https://192.0.2.1:%d', labels: {x: %s}}\n", i, 1000+i, strings.Repeat("x", 500))
	}
	router, file := simulated(t, more.String())
	d := start(t, file)
	d.wantUp(t)
	for range 6 { // more than are written at once
		d.askAndNotRead(t, "/sd")
	}
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.await(t, "running probes finish")
	if n := router.ValidTokens(); n != 1 {
		t.Errorf("%d sessions while callers are waited for, want 1", n)
	}
	d.await(t, "are cut")
	if status := d.wait(t); status != 0 {
		t.Errorf("exit status %d: %s", status, d.seen.String())
	}
	if n := router.ValidTokens(); n != 0 {
		t.Errorf("%d sessions are left at the router", n)
	}
}

// What is killed leaves nothing that keeps the next from beginning: one grant, and it works.
func TestKilledAndStartedAgain(t *testing.T) {
	t.Parallel()
	router, file := simulated(t, "")
	for life := 1; life <= 3; life++ {
		d := start(t, file)
		d.wantUp(t)
		d.wantUp(t)
		if n := router.Count("auth.token.grant"); n != life {
			t.Errorf("%d grants in %d lives", n, life)
		}
		if status := d.end(t, syscall.SIGKILL); status == 0 {
			t.Error("exit status 0 of what was killed")
		}
	}
}
