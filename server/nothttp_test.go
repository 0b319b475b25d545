package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// parrot answers what is no HTTP at all: the request's own words, secrets included. Those
// who are not to be parroted are answered by the router.
func (r *router) parrot(t *testing.T, parroted func(endpoint string) bool) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if !parroted(request.URL.Path) {
			r.ServeHTTP(w, request)
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Error(err)
		}
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		_, _ = connection.Write([]byte(string(body) + request.RequestURI + " " + request.Header.Get("Cookie") + "\r\n\r\n"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// The standard library quotes what it cannot read as HTTP.
func TestEverySecretOfWhatIsNotHTTP(t *testing.T) {
	for begins, credential := range credentials {
		for name, parroted := range map[string]func(string) bool{
			"session":        func(path string) bool { return path == "/api/"+begins },
			"all but that":   func(path string) bool { return path != "/api/"+begins },
			"WANs":           func(path string) bool { return path == "/api/"+wanEndpoint },
			"nothing at all": func(string) bool { return false },
		} {
			t.Run(begins+"/"+name, func(t *testing.T) {
				r := simulateModel(t, "max-hd2-8.3")
				r.server.URL = r.parrot(t, parroted)
				b := r.exporterWith(t, credential, asksEverything)
				seen := outputs{}
				for range 2 {
					got := b.probe("a")
					if _, failed := got[`peplink_scrape_error{collector="wan", reason="http"}`]; failed == (name == "nothing at all") {
						t.Errorf("the WANs failed: %v", failed)
					}
				}
				b.show(seen, name)
				seen.wantNone(t, r, b)
			})
		}
	}
}
