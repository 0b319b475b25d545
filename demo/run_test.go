package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The demo runs until it is told to end, takes the exporter along, and ends well.
func TestDemoRunsUntilItIsEnded(t *testing.T) {
	program := buildExporter(t)
	listen := freeAddress(t)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ended := make(chan error, 1)
	said, says := io.Pipe()
	go func() {
		ended <- run(ctx, []string{"--exporter", program, "--listen", listen, "--print-json"}, says)
		says.Close()
	}()
	var told struct{ Exporter string }
	if err := json.NewDecoder(said).Decode(&told); err != nil || told.Exporter != "http://"+listen {
		t.Errorf("told %+v (%v)", told, err)
	}
	if !isReady(ctx, told.Exporter) {
		t.Error("it is not ready")
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if isReady(t.Context(), "http://"+listen) {
		t.Error("the exporter goes on")
	}
}

func buildExporter(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "peplink_exporter")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

// freeAddress is one that nobody listened on just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// Who starts a demo has to learn where it is.
func TestDemoEndsWhereNobodyListens(t *testing.T) {
	program := buildExporter(t)
	said, says := io.Pipe()
	said.Close()
	err := run(t.Context(), []string{"--exporter", program, "--listen", freeAddress(t), "--print-json"}, says)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("ended with %v", err)
	}
}

// Ctrl-C ends a demo whose exporter is not ready yet, with what became of the exporter.
func TestDemoEndedEarly(t *testing.T) {
	slow := filepath.Join(t.TempDir(), "slow")
	started := slow + ".started"
	script := "#!/bin/sh\n: > " + started + "\nexec sleep 60\n"
	if err := os.WriteFile(slow, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"--exporter", slow, "--listen", freeAddress(t)}, io.Discard) }()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for _, err := os.Stat(started); err != nil; _, err = os.Stat(started) {
		<-again.C
	}
	end()
	if _, killed := errors.AsType[*exec.ExitError](<-ended); !killed {
		t.Error("the exporter was not ended")
	}
}
