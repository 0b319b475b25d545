package fleet_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const revokeEndpoint = "auth.token.revoke"

// live is a fleet that a test reloads.
type live struct {
	*fleet.Live
	t    *testing.T
	file string

	next  *config.Config // what the next reload loads,
	fault error          // or the error it meets
}

// newLive serves these targets.
func newLive(t *testing.T, clock *peplinktest.Clock, targets ...string) *live {
	t.Helper()
	file := filepath.Join(t.TempDir(), "peplink_exporter.yml")
	l := &live{t: t, file: file, next: loadFrom(t, file, targets...)}
	serving, err := fleet.NewLive(func() (*config.Config, error) { return l.next, l.fault }, fleet.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	l.Live = serving
	t.Cleanup(func() { l.Close(context.WithoutCancel(t.Context())) })
	return l
}

// reload lets these targets serve.
func (l *live) reload(targets ...string) {
	l.t.Helper()
	l.next, l.fault = loadFrom(l.t, l.file, targets...), nil
	if err := l.Reload(); err != nil {
		l.t.Fatal(err)
	}
}

// poll does as a probe of a target.
func (l *live) poll(name string) *fleet.Result {
	l.t.Helper()
	current, leave := l.Enter()
	defer leave()
	router := lookup(l.t, current, name)
	return router.Poll(l.t.Context(), router.Target.Collectors)
}

// eventually waits for what happens beside. It does not depend on how fast that is.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), ample)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !happened() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// givesBack waits until sessions have been given back at a router, so many in all.
func givesBack(t *testing.T, r *router, sessions int) {
	t.Helper()
	eventually(t, "sessions are given back", func() bool { return r.Count(revokeEndpoint) >= sessions })
}

// openFiles counts the descriptors of this process, in which the routers run too.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("descriptors cannot be counted here:", err)
	}
	return len(entries)
}

func TestHundredReloads(t *testing.T) {
	kept, changed, moving := simulate(t, nil), simulate(t, nil), simulate(t, nil)
	l := newLive(t, kept.Clock(), target("kept", kept.url), target("changed", changed.url))
	pollAll := func() {
		t.Helper()
		for _, router := range l.Fleet().Routers() {
			if !l.poll(router.Target.Name).Up {
				t.Fatalf("%s is down", router.Target.Name)
			}
		}
	}
	pollAll()
	const reloads = 100
	var files, routines int
	for i := 1; i <= reloads; i++ {
		targets := []string{
			target("kept", kept.url, "labels: {reload: '"+strconv.Itoa(i)+"'}"),
			target("changed", changed.url, "timeout: "+strconv.Itoa(30+i)+"s"),
		}
		if i%2 == 1 {
			targets = append(targets, target("moving", moving.url))
		}
		l.reload(targets...)
		pollAll()
		givesBack(t, changed, i)
		givesBack(t, moving, i/2)
		if i == 2 { // one round of every kind is over
			files, routines = openFiles(t), runtime.NumGoroutine()
		}
	}

	if n := kept.Count(grantEndpoint); n != 1 || kept.ValidTokens() != 1 {
		t.Errorf("the target that is reached as before: %d grants, %d valid tokens, want 1 and 1", n, kept.ValidTokens())
	}
	connections := map[string]int{}
	for _, request := range kept.Requests() {
		connections[request.RemoteAddr]++
	}
	if len(connections) != 1 {
		t.Errorf("the target that is reached as before was asked over %d connections: %v", len(connections), connections)
	}
	for name, want := range map[*router][2]int{changed: {reloads + 1, 1}, moving: {reloads / 2, 0}} {
		eventually(t, "the sessions of those that left are given back", func() bool { return name.ValidTokens() == want[1] })
		if n := name.Count(grantEndpoint); n != want[0] {
			t.Errorf("%d grants at a target that comes and goes, want %d", n, want[0])
		}
	}
	eventually(t, "connections are closed", func() bool { return openFiles(t) <= files })
	eventually(t, "goroutines end", func() bool { return runtime.NumGoroutine() <= routines })
}

func TestFaultyFileChangesNothing(t *testing.T) {
	r := simulate(t, nil)
	l := newLive(t, r.Clock(), target("a", r.url))
	if !l.poll("a").Up {
		t.Fatal("the router is down")
	}
	before, configuration, loaded := l.Fleet(), l.Configuration(), l.Loaded()
	r.Clock().Advance(time.Hour)
	l.next, l.fault = nil, errors.New("is faulty")
	for range 2 {
		if err := l.Reload(); !errors.Is(err, l.fault) {
			t.Errorf("error %v, want that of loading", err)
		}
		if l.Fleet() != before || l.Configuration() != configuration || l.Loaded() != loaded {
			t.Error("a faulty file changed the fleet")
		}
		if !l.Faulty() {
			t.Error("the failed reload counts as a success")
		}
	}
	if !l.poll("a").Up || r.Count(grantEndpoint) != 1 {
		t.Errorf("the router is down, or lost its session: %d grants", r.Count(grantEndpoint))
	}

	l.reload(target("b", "https://192.0.2.1"))
	if l.Faulty() || l.Loaded() != loaded.Add(time.Hour) {
		t.Errorf("after the repair: faulty %v, loaded at %v", l.Faulty(), l.Loaded())
	}
	if _, err := l.Fleet().Lookup("a"); err == nil {
		t.Error("the target that left is still known")
	}
	givesBack(t, r, 1)
}

// A poll that runs keeps its router, its session too, through reloads that take it away:
// also where the fleet it began with was replaced by one that still had the router.
func TestReloadsDuringAPoll(t *testing.T) {
	r, other := simulate(t, nil), simulate(t, nil)
	l := newLive(t, r.Clock(), target("a", r.url))
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	polled := make(chan *fleet.Result, 1)
	go func() { polled <- l.poll("a") }()
	r.wait(t, wanEndpoint, 1)

	l.reload(target("a", r.url), target("b", other.url))
	l.reload(target("b", other.url))
	if !l.poll("b").Up {
		t.Error("the new target cannot be polled while the old one hangs")
	}
	l.reload(target("c", other.url))
	if !l.poll("c").Up {
		t.Error("the newest target cannot be polled while the old one hangs")
	}
	if n := r.Count(revokeEndpoint); n != 0 {
		t.Errorf("the session of a running poll was given back %d times", n)
	}

	r.ClearFault(wanEndpoint)
	result := <-polled
	want := map[string]string{"wan": "", "allowance": ""}
	got := map[string]string{}
	for name, reason := range reasons(result) {
		got[name] = string(reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the poll that ran through three reloads (-want +got):\n%s", diff)
	}
	if n := r.Count(grantEndpoint); n != 1 {
		t.Errorf("%d grants for one poll", n)
	}
	givesBack(t, r, 1)
	eventually(t, "the session is given back", func() bool { return r.ValidTokens() == 0 })
}

func TestReloadsAreSerialised(t *testing.T) {
	var running, most, loads atomic.Int32
	serving, err := fleet.NewLive(func() (*config.Config, error) {
		most.Store(max(most.Load(), running.Add(1)))
		for range 100 {
			runtime.Gosched()
		}
		running.Add(-1)
		if loads.Add(1)%2 == 0 {
			return nil, errors.New("every other load fails")
		}
		return &config.Config{}, nil
	}, fleet.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer serving.Close(context.Background())
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			_ = serving.Reload()
			_, leave := serving.Enter()
			leave()
		})
	}
	group.Wait()
	if most.Load() != 1 || loads.Load() != 51 {
		t.Errorf("%d loads, at most %d at once; want 51, one at a time", loads.Load(), most.Load())
	}
	if serving.Faulty() {
		t.Error("the 51st load succeeded, yet counts as failed")
	}
}

func TestFirstLoadFails(t *testing.T) {
	refused := errors.New("no such file")
	if _, err := fleet.NewLive(func() (*config.Config, error) { return nil, refused }, fleet.Options{Now: time.Now}); !errors.Is(err, refused) {
		t.Errorf("error %v, want that of loading", err)
	}
}

func TestCloseGivesAllSessionsBack(t *testing.T) {
	a, b, unasked := simulate(t, nil), simulate(t, nil), simulate(t, nil)
	l := newLive(t, a.Clock(), target("a", a.url), target("b", b.url), target("c", unasked.url))
	for _, name := range []string{"a", "b"} {
		if !l.poll(name).Up {
			t.Fatalf("%s is down", name)
		}
	}
	for range 2 {
		l.Close(t.Context())
		if a.ValidTokens() != 0 || b.ValidTokens() != 0 {
			t.Errorf("%d and %d sessions are left", a.ValidTokens(), b.ValidTokens())
		}
	}
	if n := unasked.Count(everyEndpoint); n != 0 {
		t.Errorf("a router that was never polled was asked %d times", n)
	}
	if err := l.Reload(); err == nil {
		t.Error("reloaded after the end")
	}
	current, leave := l.Enter()
	defer leave()
	if _, err := current.Lookup("a"); err == nil {
		t.Error("a target can be polled after the end")
	}
}

// A poll that does not end must not keep the exporter from ending.
func TestCloseIsBounded(t *testing.T) {
	r := simulate(t, nil)
	l := newLive(t, r.Clock(), target("a", r.url, "timeout: 1h"))
	r.SetFault(wanEndpoint, peplinktest.Fault{Hang: true})
	polled := make(chan *fleet.Result, 1)
	go func() { polled <- l.poll("a") }()
	r.wait(t, wanEndpoint, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.Close(ctx)
	r.ClearFault(everyEndpoint)
	<-polled
}
