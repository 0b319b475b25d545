package main

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestRunCountsWhatRoutersAreAsked(t *testing.T) {
	stdin, end := io.Pipe()
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), []string{"--count=2", "--delay=1ms"}, stdin, write) }()
	var line ready
	if err := json.NewDecoder(read).Decode(&line); err != nil || len(line.URLs) != 2 {
		t.Fatalf("%+v (%v)", line, err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for range 3 {
		get(t, client, line.URLs[1]+"/api/info.firmware?accessToken=secret", nil)
	}
	var log []request
	get(t, client, line.Control+"/log", &log)
	if len(log) != 3 || log[0].Router != 1 || log[0].URI != "/api/info.firmware" || log[0].Took < time.Millisecond {
		t.Errorf("log %+v", log)
	}
	var c counters
	get(t, client, line.Control+"/counters", &c)
	if c.Requests["info.firmware"] != 3 || c.Connections != 1 || c.Handshakes != 1 || c.Received < 300 || c.Transmitted < 300 {
		t.Errorf("counters %+v", c)
	}
	end.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func get(t *testing.T, client *http.Client, url string, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s (%v)", url, response.Status, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHubHasItsPeersAndLinks(t *testing.T) {
	routers, err := simulate(settings{model: "fusionhub-8.3", count: 1, peers: 30})
	if err != nil {
		t.Fatal(err)
	}
	text, err := routers[0].Document("status.pepvpn")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Peer   []struct{ PeerID, Status string }
		Tunnel map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	last := document.Tunnel["1-30"]
	if len(document.Peer) != 30 || document.Peer[29].PeerID != "1-30" || strings.Count(string(last), `"state":"ACTIVE"`) != links {
		t.Errorf("%d peers, the last with %s", len(document.Peer), last)
	}
}

func TestWithoutToken(t *testing.T) {
	for query, want := range map[string]string{
		"": "/api/x", "accessToken=a": "/api/x", "infoType=a%20b&accessToken=a&start=0": "/api/x?infoType=a%20b&start=0",
	} {
		if got := withoutToken("/api/x", query); got != want {
			t.Errorf("%q became %s", query, got)
		}
	}
}

func TestSimulateRefuses(t *testing.T) {
	for _, s := range []settings{{model: peplinktest.Models()[0]}, {model: "none", count: 1}} {
		if _, err := simulate(s); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
}
