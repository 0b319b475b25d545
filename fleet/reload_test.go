package fleet_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// next is the fleet that follows another one, and the names of those that are left behind.
func next(t *testing.T, previous *fleet.Fleet, clock *peplinktest.Clock, targets ...string) (f *fleet.Fleet, left []string) {
	t.Helper()
	f, routers := fleet.Next(previous, load(t, targets...), clock.Now)
	t.Cleanup(func() { fleet.Retire(context.WithoutCancel(t.Context()), f.Routers()) })
	for _, router := range routers {
		left = append(left, router.Target.Name)
	}
	fleet.Retire(t.Context(), routers)
	return f, left
}

// A target whose settings did not change keeps its session; the others begin anew.
func TestNextFleet(t *testing.T) {
	r := simulate(t, nil)
	first := newFleet(t, r.Clock(), target("kept", r.url), target("changed", "https://192.0.2.1"), target("removed", "https://192.0.2.2"))
	kept := lookup(t, first, "kept")
	poll(t, kept)

	second, left := next(t, first, r.Clock(), target("new", "https://192.0.2.3"), target("changed", "https://192.0.2.1", "timeout: 7s"), target("kept", r.url))
	if diff := cmp.Diff([]string{"changed", "removed"}, left); diff != "" {
		t.Errorf("left behind (-want +got):\n%s", diff)
	}
	if lookup(t, second, "kept") != kept {
		t.Error("the target that did not change has another router")
	}
	if lookup(t, second, "changed") == lookup(t, first, "changed") {
		t.Error("the target that changed has the same router")
	}
	if _, err := second.Lookup("removed"); err == nil {
		t.Error("the removed target is still there")
	}
	if result, _ := poll(t, lookup(t, second, "kept")); !result.Up || r.Count(grantEndpoint) != 1 {
		t.Errorf("up %v after %d grants, want the session to live on", result.Up, r.Count(grantEndpoint))
	}
	if _, err := first.Lookup("removed"); err != nil {
		t.Errorf("the first fleet has changed: %v", err)
	}
}

// A refusal is remembered, so that a router is not asked in vain; a reload is how people
// ask for another try.
func TestReloadForgetsRefusals(t *testing.T) {
	for name, refusal := range map[peplink.Reason]peplinktest.Fault{
		peplink.ReasonUnsupported: {Status: 404}, peplink.ReasonForbidden: {Forbidden: true},
	} {
		t.Run(string(name), func(t *testing.T) {
			r := simulate(t, nil)
			f := newFleet(t, r.Clock(), target("a", r.url))
			poll(t, lookup(t, f, "a"))
			r.SetFault(allowanceEndpoint, refusal)
			poll(t, lookup(t, f, "a"))
			asked := r.Count(allowanceEndpoint)
			r.ClearFault(everyEndpoint)
			result, _ := poll(t, lookup(t, f, "a"))
			if diff := cmp.Diff(map[string]peplink.Reason{"wan": "", "allowance": name}, reasons(result)); diff != "" {
				t.Errorf("remembered (-want +got):\n%s", diff)
			}
			if n := r.Count(allowanceEndpoint); n != asked {
				t.Errorf("asked %d times more, in vain as far as is known", n-asked)
			}
			f, left := next(t, f, r.Clock(), target("a", r.url))
			if len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
			result, _ = poll(t, lookup(t, f, "a"))
			if diff := cmp.Diff(map[string]peplink.Reason{"wan": "", "allowance": ""}, reasons(result)); diff != "" {
				t.Errorf("after the reload (-want +got):\n%s", diff)
			}
		})
	}
}

// A replaced fleet lets nobody enter, and tells when the last one has left.
func TestReplacedFleetIsLeft(t *testing.T) {
	f := newFleet(t, nil, target("a", "https://192.0.2.1"))
	for range 2 {
		if !f.Enter() {
			t.Fatal("it cannot be entered")
		}
	}
	gone := f.Replace()
	if f.Enter() {
		t.Error("it can be entered after it was replaced")
	}
	f.Leave()
	select {
	case <-gone:
		t.Error("it counts as left while one is still there")
	default:
	}
	f.Leave()
	<-gone
}

func TestReplacedFleetThatNobodyUses(t *testing.T) {
	f := newFleet(t, nil, target("a", "https://192.0.2.1"))
	if !f.Enter() {
		t.Fatal("it cannot be entered")
	}
	f.Leave()
	<-f.Replace()
}
