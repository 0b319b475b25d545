package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func TestOverRouters(t *testing.T) {
	began := time.Unix(1000, 0)
	log := []request{
		{Router: 7, At: began.Add(-time.Millisecond), Took: time.Second}, // of the poll before
		{Router: 7, At: began.Add(time.Millisecond), Took: 20 * time.Millisecond},
		{Router: 7, At: began.Add(30 * time.Millisecond), Took: 30 * time.Millisecond},
		{Router: 8, At: began.Add(30 * time.Millisecond), Took: time.Second},
		{Router: 7, At: began.Add(200 * time.Millisecond), Took: time.Second}, // of the poll after
	}
	over, own := overRouters([]scrape{{target: 7, began: began, took: 65 * time.Millisecond}}, log)
	if over.show(0) != "15" || own.show(0) != "50" {
		t.Errorf("%s ms over %s ms of the router, want 15 over 50", over.show(0), own.show(0))
	}
}

func TestScheduleProbesEachTargetOnceARound(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		target := r.URL.Query().Get("target")
		asked[target]++
		switch target {
		case "up":
			_, _ = w.Write([]byte("# TYPE peplink_up gauge\npeplink_up 1\n"))
		case "partial":
			_, _ = w.Write([]byte("# TYPE peplink_up gauge\npeplink_up 1\npeplink_scrape_error{collector=\"wan\",reason=\"http\"} 1\n"))
		default:
			http.Error(w, "unknown target", http.StatusNotFound)
		}
	}))
	defer server.Close()
	rounds := 0
	s := &schedule{
		client: newClient(server.URL), targets: []string{"up", "partial", "unknown"}, interval: 3 * time.Millisecond,
		patience: time.Minute, atRound: func() error { rounds++; return nil },
	}
	if err := s.run(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	failed, partly := 0, 0
	for _, one := range s.scrapes {
		if one.failed {
			failed++
		} else if one.partly {
			partly++
		}
	}
	if len(s.scrapes) != 6 || failed != 2 || partly != 2 || rounds != 3 || asked["up"] != 2 {
		t.Errorf("%d scrapes, %d failed, %d partly, rounds told %d times, asked %v", len(s.scrapes), failed, partly, rounds, asked)
	}
}
