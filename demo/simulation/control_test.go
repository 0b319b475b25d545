package simulation

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func start(t *testing.T, settings Settings) *Simulation {
	t.Helper()
	settings.Model, settings.Listen, settings.Control = "max-hd2-8.3", "127.0.0.1:0", "127.0.0.1:0"
	s, err := Start(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask sends a request; host is what it calls the port by.
func ask(t *testing.T, method, url, host, origin, body string) (status int, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		request.Host = host
	}
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestControlPort(t *testing.T) {
	s := start(t, Settings{TLS: true})
	did := func(order, body string) {
		t.Helper()
		method, path, _ := strings.Cut(order, " ")
		if status, answer := ask(t, method, s.Control+path, "", "", body); status != http.StatusNoContent {
			t.Errorf("%s %s: %d %s", order, body, status, answer)
		}
	}
	value := func(pointer, want string) {
		t.Helper()
		if got, _ := s.Router.Value(wan, pointer); got != want && (got != nil || want != "") {
			t.Errorf("%s is %v, want %q", pointer, got, want)
		}
	}
	did("POST /change", `{"endpoint":"status.wan.connection","pointer":"/1/message","value":"Disconnected"}`)
	did("DELETE /change?endpoint=status.wan.connection&pointer=/1/mac", "")
	value("/1/message", "Disconnected")
	value("/1/mac", "")
	did("POST /restore", `{"endpoint":"status.wan.connection"}`)
	value("/1/message", "Connected")

	did("POST /fault", `{"endpoint":"status.wan.connection","fault":{"hang":true,"times":3}}`)
	_, answer := ask(t, "GET", s.Control+"/state", "", "", "")
	var state peplinktest.State
	if err := json.Unmarshal([]byte(answer), &state); err != nil || state.Model != "max-hd2-8.3" || state.Faults[wan].Times != 3 {
		t.Errorf("state %s (%v)", answer, err)
	}
	did("DELETE /fault?endpoint=*", "")
	if faults := s.Router.State().Faults; len(faults) != 0 {
		t.Errorf("faults left: %v", faults)
	}
	did("POST /reboot", "{}")
	if s.Router.Booted().IsZero() {
		t.Error("the router did not boot")
	}
	did("DELETE /scenes", "")
	if s.player.scenes != nil {
		t.Error("the scenes go on")
	}
	did("POST /certificate", "{}")
	did("DELETE /certificate", "")
}

func TestControlPortRefuses(t *testing.T) {
	s := start(t, Settings{})
	for _, test := range []struct{ order, body string }{
		{"POST /fault", `{"endpoint":"*","fault":{}}`},
		{"POST /fault", `{"endpoint":"*","fault":{"status":99}}`},
		{"POST /fault", `{"endpoint":"*","fault":{"explode":true}}`},
		{"POST /fault", `{"fault":{"hang":true}}`},
		{"POST /fault", ``},
		{"DELETE /fault", ``},
		{"POST /change", `{"endpoint":"status.wan.connection","pointer":"/9/x","value":1}`},
		{"POST /change", `{"endpoint":"status.wan.connection","pointer":"/1/name"}`},
		{"POST /change", `x`},
		{"DELETE /change?endpoint=status.wan.connection&pointer=/9", ``},
		{"POST /restore", `{"endpoint":"status.nothing"}`},
		{"POST /certificate", ``}, // over plain HTTP there is none
		{"DELETE /certificate", ``},
	} {
		method, path, _ := strings.Cut(test.order, " ")
		var told struct{ Error string }
		status, answer := ask(t, method, s.Control+path, "", "", test.body)
		if err := json.Unmarshal([]byte(answer), &told); err != nil || status != http.StatusBadRequest || told.Error == "" {
			t.Errorf("%s %s: answer %d %s, want 400 and an error", test.order, test.body, status, answer)
		}
	}
}

func TestControlPortAnswersToThisMachineOnly(t *testing.T) {
	s := start(t, Settings{})
	for host, want := range map[string]int{
		"127.0.0.1": 200, "localhost:1": 200, "[::1]:80": 200, "[::1]": 200, "127.9.9.9": 200,
		"192.0.2.1": 403, "attacker.example:80": 403, "localhost.attacker.example": 403, "[2001:db8::1]:80": 403,
	} {
		if got, _ := ask(t, "GET", s.Control+"/state", host, "", ""); got != want {
			t.Errorf("Host %s: status %d, want %d", host, got, want)
		}
	}
	if got, _ := ask(t, "POST", s.Control+"/reboot", "", "https://attacker.example", ""); got != 403 || !s.Router.Booted().IsZero() {
		t.Errorf("a request from another site: status %d, want 403", got)
	}
	for _, address := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "example.net:0"} {
		if _, err := Start(t.Context(), Settings{Model: "max-hd2-8.3", Listen: "127.0.0.1:0", Control: address}); err == nil {
			t.Errorf("the control port was opened on %s", address)
		}
	}
}

// What is asked over the socket is up to date.
func TestARequestMovesTheRouter(t *testing.T) {
	s := start(t, Settings{})
	s.Router.Clock().Advance(time.Hour)
	if status, _ := ask(t, "GET", s.URL+"/api/"+wan, "", "", ""); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if got, _ := s.Router.Value(wan, "/2/uptime"); got == json.Number("86412") {
		t.Error("nothing moved")
	}
}
