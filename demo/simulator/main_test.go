package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRunSaysWhereTheRouterIs(t *testing.T) {
	for name, arguments := range map[string][]string{
		"http":      nil,
		"https":     {"--tls", "--seed", "5"},
		"http, hub": {"--model", "fusionhub-8.3"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, end := context.WithCancel(t.Context())
			read, write := io.Pipe()
			ended := make(chan error, 1)
			go func() { ended <- run(ctx, arguments, write, io.Discard) }()
			text, err := bufio.NewReader(read).ReadBytes('\n')
			if err != nil {
				t.Fatal(err)
			}
			var line ready
			if err := json.Unmarshal(text, &line); err != nil {
				t.Fatal(err)
			}
			scheme, _, _ := strings.Cut(name, ",")
			if !strings.HasPrefix(line.URL, scheme+"://127.0.0.1:") {
				t.Errorf("url %s, want %s", line.URL, scheme)
			}
			client := line.ClientID == peplinktest.ClientID && line.ClientSecret == peplinktest.ClientSecret
			user := line.Username == peplinktest.Username && line.Password == peplinktest.Password
			if hub := strings.Contains(name, "hub"); !user || client == hub {
				t.Errorf("credentials %+v", line)
			}
			if isHex := regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(line.Fingerprint); isHex != (name == "https") {
				t.Errorf("fingerprint %q", line.Fingerprint)
			}
			// The fingerprint is checked where it is made; here the socket is.
			transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			for _, url := range []string{line.URL + "/api/info.firmware", line.Control + "/state"} {
				get(t, transport, url)
			}
			transport.CloseIdleConnections()
			end()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

func get(t *testing.T, transport *http.Transport, url string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), "8.3") {
		t.Errorf("%s: answer %d %s (%v)", url, response.StatusCode, body, err)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, arguments := range [][]string{
		{"--model", "none"},
		{"--listen", "192.0.2.1:0"},
		{"--control", "0.0.0.0:0"},
		{"--seed", "x"},
		{"extra"},
	} {
		if err := run(t.Context(), arguments, io.Discard, io.Discard); err == nil {
			t.Errorf("%q was taken", arguments)
		}
	}
}

// deaf is a standard output that takes nothing.
type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// Who starts a simulator has to learn where it is.
func TestRunEndsWhereNobodyListens(t *testing.T) {
	if err := run(t.Context(), nil, deaf{}, io.Discard); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("ended with %v", err)
	}
}
