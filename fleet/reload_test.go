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
	f, routers := fleet.Next(previous, load(t, targets...), fleet.Options{Now: clock.Now})
	t.Cleanup(func() { fleet.Retire(context.WithoutCancel(t.Context()), f.Routers()) })
	for _, router := range routers {
		left = append(left, router.Target.Name)
	}
	fleet.Retire(t.Context(), routers)
	return f, left
}

// A target that is reached as before keeps its session; the others begin anew.
func TestNextFleet(t *testing.T) {
	r := simulate(t, nil)
	first := newFleet(t, r.Clock(), target("kept", r.url), target("changed", "https://192.0.2.1"), target("removed", "https://192.0.2.2"))
	kept := lookup(t, first, "kept")
	poll(t, kept)

	second, left := next(t, first, r.Clock(), target("new", "https://192.0.2.3"), target("changed", "https://192.0.2.1", "timeout: 7s"),
		target("kept", r.url, "labels: {site: depot}", "scrape_interval: 1m", "min_interval: {wan: 1m}", "time_zone: Europe/Berlin", "collectors: [wan, lan]", "expose: [addresses]"))
	if diff := cmp.Diff([]string{"changed", "removed"}, left); diff != "" {
		t.Errorf("left behind (-want +got):\n%s", diff)
	}
	if lookup(t, second, "kept").Client() != kept.Client() {
		t.Error("the target that is reached as before has another client")
	}
	if lookup(t, second, "kept").Target.Labels["site"] != "depot" || len(kept.Target.Labels) != 0 {
		t.Error("a changed label is not that of the new fleet alone")
	}
	if lookup(t, second, "changed").Client() == lookup(t, first, "changed").Client() {
		t.Error("the target that changed has the same client")
	}
	if _, err := second.Lookup("removed"); err == nil {
		t.Error("the removed target is still there")
	}
	if result := poll(t, lookup(t, second, "kept")); !result.Up || r.Count(grantEndpoint) != 1 {
		t.Errorf("up %v after %d grants, want the session to live on", result.Up, r.Count(grantEndpoint))
	}
	if _, err := first.Lookup("removed"); err != nil {
		t.Errorf("the first fleet has changed: %v", err)
	}
}

// refused are the reasons of a router that refuses the allowances.
func refused(reason peplink.Reason) map[string]peplink.Reason {
	return map[string]peplink.Reason{"wan": "", "allowance": reason}
}

func wantReasonsOf(t *testing.T, what string, result *fleet.Result, want map[string]peplink.Reason) {
	t.Helper()
	if diff := cmp.Diff(want, reasons(result)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// A refusal is remembered, so that a router is not asked in vain; a reload of what is
// configured already is how people ask for another try.
func TestReloadForgetsRefusals(t *testing.T) {
	for name, refusal := range map[peplink.Reason]peplinktest.Fault{
		peplink.ReasonUnsupported: {Status: 404}, peplink.ReasonForbidden: {Forbidden: true},
	} {
		t.Run(string(name), func(t *testing.T) {
			r := simulate(t, nil)
			l := newLive(t, r.Clock(), target("a", r.url))
			l.poll("a")
			r.SetFault(allowanceEndpoint, refusal)
			l.poll("a")
			asked := r.Count(allowanceEndpoint)
			r.ClearFault(everyEndpoint)
			wantReasonsOf(t, "remembered", l.poll("a"), refused(name))
			if n := r.Count(allowanceEndpoint); n != asked {
				t.Errorf("asked %d times more, in vain as far as is known", n-asked)
			}
			for _, changed := range []string{"labels: {site: depot}", "scrape_interval: 1m", "min_interval: {lan: 1m}"} {
				l.reload(target("a", r.url, changed))
				wantReasonsOf(t, "after "+changed, l.poll("a"), refused(name))
			}
			l.reload(target("a", r.url), target("b", "https://192.0.2.1"))
			wantReasonsOf(t, "after another target came", l.poll("a"), refused(name))
			if n := r.Count(allowanceEndpoint); n != asked {
				t.Errorf("a changed configuration had the router asked %d times in vain", n-asked)
			}
			l.reload(target("a", r.url), target("b", "https://192.0.2.1"))
			wantReasonsOf(t, "after a reload of the same", l.poll("a"), refused(""))
			if n := r.Count(grantEndpoint); name == peplink.ReasonUnsupported && n != 1 {
				t.Errorf("%d grants, want 1", n)
			}
		})
	}
}

// New labels or intervals cost the router nothing: no grant, no connection, and no request
// for what is known.
func TestChangedLabelCostsNoRequest(t *testing.T) {
	r := simulate(t, nil)
	const keep = "min_interval: {all: 1h}"
	l := newLive(t, r.Clock(), target("a", r.url, keep))
	wantReasonsOf(t, "at first", l.poll("a"), refused(""))
	asked := r.Count(everyEndpoint)
	for _, changed := range []string{
		"labels: {site: depot}", "scrape_interval: 1m", "time_zone: Europe/Berlin", "expose: [addresses]", "max_peers: 7", "max_link_peers: 7",
	} {
		l.reload(target("a", r.url, keep, changed))
		result := l.poll("a")
		wantReasonsOf(t, "after "+changed, result, refused(""))
		if result.Requests != 0 || r.Count(everyEndpoint) != asked {
			t.Errorf("%s cost %d requests", changed, r.Count(everyEndpoint)-asked)
		}
		if session := l.Fleet().Routers()[0].Session(); session.Grants != 1 {
			t.Errorf("%s: %d grants", changed, session.Grants)
		}
	}
	l.reload(target("a", r.url, "labels: {site: yard}")) // nothing is kept any more
	if result := l.poll("a"); result.Requests != 2 || r.Count(grantEndpoint) != 1 || r.Connections().Accepted() != 1 {
		t.Errorf("%d requests, %d grants, %d connections, want 2, 1 and 1", result.Requests, r.Count(grantEndpoint), r.Connections().Accepted())
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
