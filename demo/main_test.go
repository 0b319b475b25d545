package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestEveryModelIsShown(t *testing.T) {
	routers, err := startRouters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := routers.stop(); err != nil {
			t.Error(err)
		}
	}()
	configuration := string(routers.configuration())
	for i, router := range routers.list {
		for _, text := range []string{"name: " + router.Name, "url: " + router.URL, router.fingerprint} {
			if !strings.Contains(configuration, text) {
				t.Errorf("the configuration lacks %q", text)
			}
		}
		if router.userLogin && !strings.Contains(configuration, "username: "+peplinktest.Username) {
			t.Errorf("nobody logs in to %s", fleet[i].name)
		}
	}
	shown := map[string]bool{}
	for _, member := range fleet {
		shown[member.model] = true
	}
	for _, model := range peplinktest.Models() {
		if !shown[model] {
			t.Errorf("no router of the demo is a %s", model)
		}
	}
}

func TestAnnouncement(t *testing.T) {
	routers := &routers{list: []router{{Name: "bus", URL: "https://127.0.0.1:1", Control: "http://127.0.0.1:2"}}}
	var person, program bytes.Buffer
	if err := announce(&person, "http://127.0.0.1:3", routers, false); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"curl 'http://127.0.0.1:3/probe?target=bus'", "http://127.0.0.1:2/change", "Ctrl-C"} {
		if !strings.Contains(person.String(), text) {
			t.Errorf("a person is not told %q", text)
		}
	}
	if err := announce(&program, "http://127.0.0.1:3", routers, true); err != nil {
		t.Fatal(err)
	}
	var told struct {
		Exporter string
		Targets  []router
	}
	if err := json.Unmarshal(program.Bytes(), &told); err != nil || told.Exporter != "http://127.0.0.1:3" || len(told.Targets) != 1 {
		t.Errorf("a program is told %s (%v)", program.String(), err)
	}
}

func TestDemoWithoutExporter(t *testing.T) {
	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"no such program":  {[]string{"--exporter", "/nonexistent/exporter"}, "start the exporter"},
		"one that ends":    {[]string{"--exporter", "/bin/false"}, "before it was ready"},
		"no such argument": {[]string{"--nonsense"}, "nonsense"},
	} {
		arguments := append([]string{"--listen", "127.0.0.1:1"}, test.arguments...)
		if err := run(t.Context(), arguments, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := run(ended, []string{"--exporter", "/bin/false"}, io.Discard); err == nil {
		t.Error("a demo that is over starts an exporter")
	}
}
