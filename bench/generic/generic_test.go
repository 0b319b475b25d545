package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestProbeTakesFourValues(t *testing.T) {
	var connections atomic.Int64
	router := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !r.Close {
			t.Error("the connection is to be kept")
		}
		_, _ = w.Write([]byte(`{"stat":"ok","response":{"1":{"uptime":5,"priority":1,"mtu":1500},"timestamp":1e9}}`))
	}))
	router.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	router.StartTLS()
	defer router.Close()
	for range 2 {
		w := httptest.NewRecorder()
		probe(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/probe?target="+router.URL, nil))
		text := w.Body.String()
		for _, line := range []string{"peplink_up 1\n", "\nwan_uptime_seconds 5\n", "\nwan_priority 1\n", "\nwan_mtu_bytes 1500\n", "\ndevice_time_seconds 1e+09\n"} {
			if !strings.Contains(text, line) {
				t.Errorf("%q is missing in\n%s", line, text)
			}
		}
	}
	if connections.Load() != 2 {
		t.Errorf("%d connections for two probes", connections.Load())
	}
}

func TestProbeOfNobody(t *testing.T) {
	w := httptest.NewRecorder()
	probe(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/probe?target=https://127.0.0.1:1", nil))
	if w.Body.String() != "peplink_up 0\n" {
		t.Errorf("answered %q", w.Body)
	}
}
