package peplinktest_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// largest is the model with the longest document.
func largest(t testing.TB) (model string) {
	t.Helper()
	longest := 0
	for _, name := range peplinktest.Models() {
		router, err := peplinktest.New(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, endpoint := range router.State().Documents {
			text, err := router.Document(endpoint)
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > longest {
				model, longest = name, len(text)
			}
		}
	}
	return model
}

// Counted are allocations, not time: a router that read its model anew would
// need one for each value in it.
func TestARouterOfAFleetCostsLittle(t *testing.T) {
	model := largest(t)
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := peplinktest.New(model, peplinktest.WithSeed(5)); err != nil {
			t.Error(err)
		}
	})
	if allocations > 100 {
		t.Errorf("a router of %s costs %v allocations, want 100 at most", model, allocations)
	}
}

func TestRoutersOfAFleetAreIndependent(t *testing.T) {
	start := peplinktest.ReferenceTime()
	one, other := newRouter(t, start), newRouter(t, start)
	before := document(t, other, wan)
	for _, err := range []error{
		one.Change(wan, "/1/name", "changed"), one.Change(wan, "/2/cellular/new", 1), one.Remove(wan, "/3/cellular"),
		one.Remove(wan, "/order/0"), one.Change(wan, "/order/-", 9), one.Change(wan, "/1/dns/0", "192.0.2.1"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(before, document(t, other, wan)) {
		t.Error("a change of one router shows on another")
	}
	if bytes.Equal(before, document(t, one, wan)) {
		t.Error("the changed router shows no change")
	}
	if err := one.Restore(wan); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, document(t, one, wan)) {
		t.Error("restored, the router shows another document")
	}
}

func TestRoutersMadeAndChangedAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for seed := range uint64(8) {
		all.Go(func() {
			for _, model := range peplinktest.Models() {
				router, err := peplinktest.New(model, peplinktest.WithSeed(seed))
				if err != nil {
					t.Error(err)
					return
				}
				name := fmt.Sprint("router ", seed)
				if err := router.Change(firmware, "/new", name); err != nil {
					t.Error(err)
				}
				if got, err := router.Value(firmware, "/new"); err != nil || got != name {
					t.Errorf("%s: %v (%v), want %s", model, got, err, name)
				}
			}
		})
	}
	all.Wait()
}

func TestAShortRequestLog(t *testing.T) {
	b := newBench(t, peplinktest.WithRequestLog(20))
	for range 50 {
		b.must(b.request("GET", "/", ""))
	}
	if got := len(b.Requests()); got < 18 || got > 20 {
		t.Errorf("%d requests kept, want 18 to 20", got)
	}
	if got := b.Count(peplinktest.EveryEndpoint); got != 50 {
		t.Errorf("%d requests counted, want 50", got)
	}
}

func BenchmarkNew(b *testing.B) {
	model := largest(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := peplinktest.New(model, peplinktest.WithSeed(5)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	for _, model := range peplinktest.Models() {
		router, err := peplinktest.New(model, peplinktest.WithSeed(5))
		if err != nil {
			b.Fatal(err)
		}
		for _, endpoint := range router.State().Documents {
			b.Run(model+" "+endpoint, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := router.Document(endpoint); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
