package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// hasPlace tries a little only: what it is to find out does not change with time.
func hasPlace(t *testing.T, p *places) bool {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	return p.take(ctx)
}

func TestPlacesGrow(t *testing.T) {
	p := newPlaces()
	if hasPlace(t, p) {
		t.Fatal("there is a place before any was made")
	}
	p.growTo(2)
	for range 2 {
		if !p.take(t.Context()) {
			t.Fatal("two places were made, but not taken")
		}
	}
	if hasPlace(t, p) {
		t.Fatal("a third place where two were made")
	}
	got := make(chan bool)
	go func() { got <- p.take(t.Context()) }()
	p.growTo(3) // who waits already gets the new place
	if !<-got {
		t.Error("the third place was not taken")
	}
	p.growTo(1)
	for range 3 {
		p.free()
	}
	for range 3 {
		if !p.take(t.Context()) {
			t.Error("a smaller fleet left fewer than three places")
		}
	}
	if hasPlace(t, p) {
		t.Error("a fourth place where three were made")
	}
}

// With --scrape.max-concurrent=0 there are max(256, 2 × targets) places, also after a
// reload; another value is kept to.
func TestPlacesFollowTheFleet(t *testing.T) {
	for configured, want := range map[int][]int{0: {256, 256, 258, 400, 400}, 7: {7, 7, 7, 7, 7}} {
		targets := 1
		live, err := fleet.NewLive(func() (*config.Config, error) { return fleetOf(t, targets), nil }, fleet.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer live.Close(context.WithoutCancel(t.Context()))
		s := New(live, NewMetrics(prometheus.NewRegistry()), Options{MaxConcurrent: configured, Logger: slog.New(slog.DiscardHandler)})
		got := []int{s.places.count}
		for _, targets = range []int{128, 129, 200, 3} {
			if err := s.Reload("test"); err != nil {
				t.Fatal(err)
			}
			got = append(got, s.places.count)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("--scrape.max-concurrent=%d: %v places with 1, 128, 129, 200 and 3 targets, want %v", configured, got, want)
		}
	}
}

// Who has left by the time that a place would be free was not turned away.
func TestCallerWhoLeftIsNotRejected(t *testing.T) {
	live, err := fleet.NewLive(func() (*config.Config, error) { return fleetOf(t, 1), nil }, fleet.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close(context.WithoutCancel(t.Context()))
	metrics := NewMetrics(prometheus.NewRegistry())
	s := New(live, metrics, Options{MaxConcurrent: 1, Logger: slog.New(slog.DiscardHandler)})
	if !s.places.take(t.Context()) {
		t.Fatal("there is no place")
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, caller := range []struct {
		ctx    context.Context
		status int
		total  float64
	}{{gone, http.StatusOK, 0}, {t.Context(), http.StatusServiceUnavailable, 1}} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequestWithContext(caller.ctx, http.MethodGet, "/probe?target=t0", nil)
		request.Header.Set(timeoutHeader, "0.1")
		s.Handler().ServeHTTP(answer, request)
		var rejected dto.Metric
		if err := metrics.rejected.Write(&rejected); err != nil {
			t.Fatal(err)
		}
		if answer.Code != caller.status || rejected.GetCounter().GetValue() != caller.total {
			t.Errorf("status %d, %v rejected in all; want %d and %v", answer.Code, rejected.GetCounter().GetValue(), caller.status, caller.total)
		}
	}
}

func fleetOf(t *testing.T, targets int) *config.Config {
	t.Helper()
	var text strings.Builder
	text.WriteString("defaults: {client_id: x, client_secret: y}\ntargets:\n")
	for i := range targets {
		fmt.Fprintf(&text, "  - {name: t%d, url: 'https://192.0.2.1:%d'}\n", i, 1000+i)
	}
	return loaded(t, text.String())
}

func loaded(t *testing.T, text string) *config.Config {
	t.Helper()
	file := t.TempDir() + "/peplink_exporter.yml"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	configuration, err := config.Load(file, fleet.Collectors())
	if err != nil {
		t.Fatal(err)
	}
	return configuration
}
