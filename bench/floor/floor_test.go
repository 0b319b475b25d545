package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestFloorAsksTheRouterAndAnswersTheText(t *testing.T) {
	router, err := peplinktest.New("max-hd2-8.3", peplinktest.WithClock(peplinktest.NewClock(time.Now())))
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := peplinktest.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	served, err := router.Serve(t.Context(), "127.0.0.1:0", &certificate)
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	file := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(file, []byte("ready\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := order{URLs: []string{served.URL + "/api/info.firmware", served.URL + "/api/info.firmware"}, Text: file}
	if status, text := probeFloor(t, asked); status != http.StatusOK || text != "ready\n" {
		t.Errorf("%d %q", status, text)
	}
	if requests, connections := router.Count("info.firmware"), router.Connections().Accepted(); requests != 2 || connections != 1 {
		t.Errorf("%d requests on %d connections, want 2 on 1", requests, connections)
	}
	asked.URLs = []string{served.URL + "/api/status.wan.connection"} // without a token
	if status, text := probeFloor(t, asked); status != http.StatusBadGateway || !strings.Contains(text, "401") {
		t.Errorf("%d %q", status, text)
	}
}

func probeFloor(t *testing.T, asked order) (status int, text string) {
	t.Helper()
	stdin, end := io.Pipe()
	read, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(stdin, stdout) }()
	if err := json.NewEncoder(end).Encode(asked); err != nil {
		t.Fatal(err)
	}
	var told struct{ URL string }
	if err := json.NewDecoder(read).Decode(&told); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, told.URL+"/probe?target=a", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	end.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	return response.StatusCode, string(body)
}

// The floor would be too low if it decoded nothing.
func TestAnswersAreDecoded(t *testing.T) {
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	read := func(endpoint string) answer {
		document, err := router.Document(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		into := answerOf("/api/" + endpoint)
		_ = json.Unmarshal([]byte(`{"stat":"ok","response":`+string(document)+`}`), into) // numbers among objects
		return into
	}
	wans := read("status.wan.connection").(*envelope[map[string]wan]).Response
	if len(wans) < 7 || wans["2"].Cellular == nil || len(wans["2"].Cellular.RAT) == 0 || wans["1"].Uptime == 0 {
		t.Errorf("WANs %+v", wans)
	}
	tunnels := read("status.pepvpn").(*envelope[pepvpn]).Response
	if len(tunnels.Peer) == 0 || len(tunnels.Profile) == 0 || len(tunnels.Tunnel) == 0 {
		t.Errorf("SpeedFusion %+v", tunnels)
	}
	allowed := read("status.wan.connection.allowance").(*envelope[map[string]allowances]).Response
	if allowed["1"].Usage == 0 || allowed["2"].First == nil || allowed["2"].First.Usage == 0 {
		t.Errorf("allowances %+v", allowed)
	}
	device := read("status.system.info").(*envelope[system]).Response
	if device.Device.SerialNumber == "" || len(device.ThermalSensor) == 0 {
		t.Errorf("system %+v", device)
	}
}
