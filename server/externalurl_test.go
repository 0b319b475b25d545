package server_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/server"
)

func TestExternalURL(t *testing.T) {
	if err := server.CheckExternalURL(nil); err != nil {
		t.Errorf("none: %v", err)
	}
	for text, want := range map[string]string{
		"https://metrics.example":              "",
		"http://metrics.example:8080/a-b/c_1/": "",
		"http://[2001:db8::1]/":                "",
		"/peplink":                             "with a host",
		"metrics.example/peplink":              "with a host",
		"ftp://metrics.example":                "http or https",
		"https://user:pass@metrics.example":    "no user",
		"https://metrics.example/?a=b":         "query",
		"https://metrics.example/#top":         "fragment",
		"https://metrics.example/{x}":          "plain letters",
		"https://metrics.example/a b":          "plain letters",
		"https://metrics.example//":            "plain letters",
	} {
		external, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		err = server.CheckExternalURL(external)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
