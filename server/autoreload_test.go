package server_test

import (
	"context"
	"crypto/sha256"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/server"
)

// reloader is a server that reloads by itself, at ticks that the test gives.
type reloader struct {
	*bench
	hangups chan os.Signal
	looked  chan struct{} // one element for each look at the files that is allowed
	done    chan struct{} // and one when it is over
}

func startReloading(t *testing.T, b *bench) *reloader {
	t.Helper()
	r := &reloader{bench: b, hangups: make(chan os.Signal), looked: make(chan struct{}), done: make(chan struct{})}
	ctx, end := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		b.handler.ReloadOn(ctx, server.ReloadTriggers{Hangups: r.hangups, Interval: time.Millisecond, Checksum: func() [sha256.Size]byte {
			select {
			case r.done <- struct{}{}: // the look before, with its reload
			case <-ctx.Done():
			}
			select {
			case <-r.looked:
			case <-ctx.Done():
			}
			return config.Checksum(b.file)
		}})
	})
	t.Cleanup(group.Wait)
	t.Cleanup(end)
	<-r.done
	return r
}

// tick lets it look at the files once, and returns when what came of that is done.
func (r *reloader) tick() {
	r.looked <- struct{}{}
	<-r.done
}

// outcomes are the reloads since the last call, as logged.
func (r *reloader) outcomes() []string {
	var found []string
	for _, record := range r.logged() {
		switch {
		case strings.HasPrefix(record.Message, "configuration reloaded"):
			found = append(found, "reloaded")
		case strings.HasPrefix(record.Message, "configuration not reloaded"):
			found = append(found, "faulty")
		}
	}
	return found
}

func TestChangedFilesAreReloadedOnce(t *testing.T) {
	const one, two, faulty, otherwise = "targets: []\n", "targets: [] # two\n", "targets: 1\n", "targets: 2\n"
	r := startReloading(t, setup{config: one}.start(t))
	for _, step := range []struct {
		what, write string
		want        []string
	}{
		{"nothing happened", one, nil},
		{"a change", two, []string{"reloaded"}},
		{"and no other", two, nil},
		{"a fault", faulty, []string{"faulty"}},
		{"it stays", faulty, nil},
		{"another fault", otherwise, []string{"faulty"}},
		{"the first again", faulty, []string{"faulty"}},
		{"back to what serves: that is no fault any more", two, []string{"reloaded"}},
		{"and no other", two, nil},
		{"a fault that was there before", faulty, []string{"faulty"}},
		{"mended in another way", one, []string{"reloaded"}},
	} {
		r.configure(step.write)
		r.tick()
		if diff := cmp.Diff(step.want, r.outcomes()); diff != "" {
			t.Errorf("%s: reloads (-want +got):\n%s", step.what, diff)
		}
		r.tick()
		if again := r.outcomes(); again != nil {
			t.Errorf("%s: then at the next tick %q", step.what, again)
		}
	}
}

// What others reloaded meanwhile is known.
func TestChangedFilesThatServeAlready(t *testing.T) {
	r := startReloading(t, setup{config: "targets: []\n"}.start(t))
	r.configure("targets: [] # two\n")
	r.post("/-/reload")
	r.configure("targets: 1\n")
	r.post("/-/reload")
	r.configure("targets: [] # two\n")
	r.post("/-/reload")
	r.outcomes()
	r.tick()
	if got := r.outcomes(); got != nil {
		t.Errorf("then at the next tick %q", got)
	}
	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	r.tick()
	r.tick()
	if diff := cmp.Diff([]string{"faulty"}, r.outcomes()); diff != "" {
		t.Errorf("without the file (-want +got):\n%s", diff)
	}
}

func TestEveryHangupReloads(t *testing.T) {
	b := setup{config: "targets: []\n"}.start(t)
	hangups := make(chan os.Signal)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.handler.ReloadOn(ctx, server.ReloadTriggers{Hangups: hangups})
	}()
	for range 3 {
		hangups <- syscall.SIGHUP
	}
	end()
	<-ended
	if got := len(b.logged()); got < 3 {
		t.Errorf("%d lines in the log for 3 reloads", got)
	}
}
