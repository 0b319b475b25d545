package command_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/command"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exporter answers as told, and hands over what it was asked.
func exporter(t *testing.T, handler http.HandlerFunc) (address string, asked <-chan string) {
	t.Helper()
	requests := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests <- r.Method + " " + r.URL.Path
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func TestHealthByStatus(t *testing.T) {
	for status, wrong := range map[int]string{
		200: "", 204: "204 No Content", 302: "302 Found", 401: "401 Unauthorized", 404: "404 Not Found", 503: "503 Service Unavailable",
	} {
		address, asked := exporter(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		})
		err := command.Health(t.Context(), address)
		if (err == nil) != (wrong == "") || err != nil && err.Error() != address+"/-/healthy: "+wrong {
			t.Errorf("status %d: error %v", status, err)
		}
		if got := <-asked; got != "GET /-/healthy" {
			t.Errorf("asked %s", got)
		}
		if len(asked) != 0 {
			t.Errorf("status %d: asked again: %s", status, <-asked)
		}
	}
}

func TestHealthPath(t *testing.T) {
	for suffix, path := range map[string]string{
		"": "/-/healthy", "/": "/-/healthy", "/peplink": "/peplink/-/healthy", "/peplink/": "/peplink/-/healthy",
		"/-/healthy": "/-/healthy", "/-/ready": "/-/ready", "/peplink/-/ready": "/peplink/-/ready",
	} {
		address, asked := exporter(t, func(http.ResponseWriter, *http.Request) {})
		if err := command.Health(t.Context(), address+suffix); err != nil {
			t.Errorf("%q: %v", suffix, err)
		}
		if got := <-asked; got != "GET "+path {
			t.Errorf("%q: asked %s, want %s", suffix, got, path)
		}
	}
}

func TestHealthOfWhatIsNoExporter(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1:10717", "localhost:10717", "/-/healthy", "ftp://127.0.0.1", "http://", "http://:1", "http://[::1", "http://a b"} {
		err := command.Health(t.Context(), address)
		if err == nil || !strings.Contains(err.Error(), "not the URL of an exporter") {
			t.Errorf("%q: error %v", address, err)
		}
	}
}

func TestHealthOfClosedPort(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	withPassword := strings.Replace(server.URL, "http://", "http://user:hunter2@", 1)
	err := command.Health(t.Context(), withPassword)
	if err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("error %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows the password: %v", err)
	}
}

// Nobody but the command itself ends this.
func TestHealthDoesNotWaitLong(t *testing.T) {
	t.Parallel()
	address, _ := exporter(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices when the client leaves
		<-r.Context().Done()
	})
	if err := command.Health(t.Context(), address); err == nil {
		t.Error("an exporter that hangs is healthy")
	}
}
