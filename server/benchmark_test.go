package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/peplink-exporter/peplink_exporter/config"
	"github.com/peplink-exporter/peplink_exporter/fleet"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

// recording answers what a simulated router answered, over a socket and for next to no
// work: what a benchmark measures is the exporter alone.
type recording struct {
	answers  map[string][]byte // by request URI without the token
	listener net.Listener
}

// replay asks a simulated router, and answers the same from then on.
func replay(b *testing.B, model string) *recording {
	b.Helper()
	router, err := peplinktest.New(model, peplinktest.WithClock(newClock()))
	if err != nil {
		b.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	r := &recording{answers: map[string][]byte{}, listener: listener}
	b.Cleanup(func() {
		router.Close()
		_ = listener.Close()
	})
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go r.serve(connection, router)
		}
	}()
	return r
}

func (r *recording) serve(connection net.Conn, router http.Handler) {
	defer connection.Close()
	requests := bufio.NewReader(connection)
	for {
		request, err := http.ReadRequest(requests)
		if err != nil {
			return
		}
		query := request.URL.Query()
		query.Del("accessToken")
		key := request.URL.Path + "?" + query.Encode()
		answer, known := r.answers[key]
		if !known {
			recorder := httptest.NewRecorder()
			router.ServeHTTP(recorder, request)
			result := recorder.Result()
			result.ContentLength = int64(recorder.Body.Len())
			written := &bytes.Buffer{}
			if err := result.Write(written); err != nil {
				return
			}
			answer = written.Bytes()
			r.answers[key] = answer
		}
		if _, err := connection.Write(answer); err != nil {
			return
		}
	}
}

// discard is a writer of an answer that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkProbe is one probe of a router: the whole handler, with a real socket to the
// router, and without what the router's side costs but for reading its requests.
func BenchmarkProbe(b *testing.B) {
	for _, model := range []string{"max-hd2-8.3", "fusionhub-8.3"} {
		b.Run(model, func(b *testing.B) {
			router := replay(b, model)
			credential := fmt.Sprintf("client_id: %s, client_secret: %s", peplinktest.ClientID, peplinktest.ClientSecret)
			if strings.HasPrefix(model, "fusionhub") {
				credential = fmt.Sprintf("username: %s, password: %s", peplinktest.Username, peplinktest.Password)
			}
			file := filepath.Join(b.TempDir(), "peplink_exporter.yml")
			text := fmt.Sprintf("defaults: {%s}\ntargets:\n  - {name: a, url: 'http://%s'}\n", credential, router.listener.Addr())
			writeFile(b, file, text)
			load := func() (*config.Config, error) { return config.Load(file, fleet.Collectors()) }
			metrics := server.NewMetrics(prometheus.NewRegistry())
			live, err := fleet.NewLive(load, fleet.Options{Now: time.Now, Observe: metrics.CountRequest})
			if err != nil {
				b.Fatal(err)
			}
			defer live.Close(b.Context())
			handler := server.New(live, metrics, server.Options{Logger: slog.New(slog.DiscardHandler)}).Handler()
			request := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/probe?target=a", nil)
			request.Header.Set("Accept-Encoding", "gzip")
			handler.ServeHTTP(httptest.NewRecorder(), request) // the first one brings the session
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(discard{http.Header{}}, request)
			}
		})
	}
}

// BenchmarkFloor is the same without anything of ours: net/http and encoding/json into
// plain values, and ready text of the same size.
func BenchmarkFloor(b *testing.B) {
	for _, model := range []string{"max-hd2-8.3"} {
		b.Run(model, func(b *testing.B) {
			router := replay(b, model)
			base := url.URL{Scheme: "http", Host: router.listener.Addr().String()}
			answers := make([]string, 0, 5)
			for _, call := range []string{
				"status.wan.connection", "status.wan.connection.allowance",
				"status.pepvpn?infoType=profile%20peer&start=0&size=250", "status.pepvpn?infoType=tunnel", "status.system.info",
			} {
				answers = append(answers, base.String()+"/api/"+call)
			}
			client := &http.Client{Timeout: time.Minute}
			text := strings.Repeat("peplink_wan_up{wan_id=\"1\",wan=\"WAN 1\"} 1\n", 1000)
			b.ReportAllocs()
			for b.Loop() {
				for _, address := range answers {
					var value any
					response, err := client.Get(address) //nolint:noctx // it is the floor
					if err != nil {
						b.Fatal(err)
					}
					_ = json.NewDecoder(response.Body).Decode(&value)
					_ = response.Body.Close()
				}
				_, _ = io.WriteString(io.Discard, text)
			}
		})
	}
}
