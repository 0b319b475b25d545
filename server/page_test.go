package server_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
	"github.com/peplink-exporter/peplink_exporter/server"
)

// row is what a person reads in a target's row of the fleet page.
func (b *bench) row(name string) string {
	b.t.Helper()
	tags := regexp.MustCompile(`<[^>]*>`)
	for _, row := range strings.Split(b.get("/").body, "<tr")[1:] {
		row, _, _ = strings.Cut(row, "</tr>")
		if text := html.UnescapeString(tags.ReplaceAllString("<tr"+row, " ")); strings.Contains(text, " "+name+" ") {
			return text
		}
	}
	b.t.Fatalf("the page has no row for %s", name)
	return ""
}

func TestPageShowsTheLastProbe(t *testing.T) {
	b, r := oneRouter(t, "labels: {site: depot-3}")
	tests := []struct {
		endpoint string
		fault    peplinktest.Fault
		want     []string
	}{
		{"", peplinktest.Fault{}, []string{"\n  up ", "expires in"}},
		{allowanceEndpoint, peplinktest.Fault{Status: 500}, []string{"\n  partial ", "allowance: http: "}},
		{allowanceEndpoint, peplinktest.Fault{Status: 404}, []string{"\n  up ", "allowance: unsupported: "}},
		{everyEndpoint, peplinktest.Fault{LoginPage: true}, []string{"\n  down ", "wan: decode: ", "a web page came"}},
	}
	if row := b.row("a"); !strings.Contains(row, "not polled yet") || !strings.Contains(row, "site=depot-3") {
		t.Errorf("before the first probe: %s", row)
	}
	for _, test := range tests {
		r.ClearFault(everyEndpoint)
		if test.endpoint != "" {
			r.SetFault(test.endpoint, test.fault)
		}
		b.probe("a")
		asked := r.Count(everyEndpoint)
		row := b.row("a")
		for _, word := range test.want {
			if !strings.Contains(row, word) {
				t.Errorf("no %q in %s", word, row)
			}
		}
		for _, state := range []string{"\n  up ", "\n  partial ", "\n  down ", "not polled"} {
			if state != test.want[0] && strings.Contains(row, state) {
				t.Errorf("%q in %s", state, row)
			}
		}
		if again := r.Count(everyEndpoint); again != asked {
			t.Errorf("the page asked the router %d times", again-asked)
		}
	}
}

func TestPageIsSelfContained(t *testing.T) {
	b, _ := oneRouter(t)
	r := b.get("/")
	if kind := r.header.Get("Content-Type"); r.status != http.StatusOK || kind != "text/html; charset=utf-8" {
		t.Errorf("status %d, content type %q", r.status, kind)
	}
	policy := r.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("content security policy %q lacks %s", policy, part)
		}
	}
	if strings.Contains(policy, "script-src") {
		t.Errorf("content security policy %q allows scripts", policy)
	}
	if r.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("the content type may be guessed")
	}
	references := regexp.MustCompile(`(?i)(?:href|src|action|content)\s*=\s*["']?([^"' >]*)`).FindAllStringSubmatch(r.body, -1)
	if len(references) < 3 {
		t.Errorf("only %d references found", len(references))
	}
	for _, reference := range references {
		if strings.Contains(reference[1], "//") {
			t.Errorf("reference to elsewhere: %s", reference[0])
		}
	}
	for _, word := range []string{"@import", "url(", "<script"} {
		if strings.Contains(strings.ToLower(r.body), word) {
			t.Errorf("the page holds %s", word)
		}
	}
}

// Labels come from the configuration, which may be written by whoever sells the router.
func TestPageEscapes(t *testing.T) {
	const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`
	b, r := oneRouter(t, "labels: {site: '"+strings.ReplaceAll(hostile, "'", "''")+"'}")
	r.SetFault(everyEndpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Message: hostile}})
	b.probe("a")
	body := b.get("/").body
	for _, tag := range []string{"<script", "<img"} {
		if strings.Contains(body, tag) {
			t.Errorf("the page holds %s", tag)
		}
	}
	if row := b.row("a"); !strings.Contains(row, hostile) {
		t.Errorf("the label is not shown: %s", row)
	}
}

func TestPageLinks(t *testing.T) {
	for external, prefix := range map[string]string{"": "", "https://metrics.example/peplink/": "/peplink"} {
		r := simulate(t, newClock())
		options := server.Options{}
		if external != "" {
			options.ExternalURL = mustURL(t, external)
		}
		b := setup{config: targets(target("a.b_c-d", r.server.URL)), options: options}.start(t)
		body := b.get(prefix + "/").body
		for _, path := range []string{"/metrics", "/sd", "/probe?target=a.b_c-d"} {
			if !strings.Contains(body, `href="`+prefix+path+`"`) {
				t.Errorf("%q: no link to %s", external, prefix+path)
			}
			if answer := b.get(prefix + path); answer.status != http.StatusOK {
				t.Errorf("%s: status %d", prefix+path, answer.status)
			}
		}
	}
}

func TestPageOfNoTargets(t *testing.T) {
	b := setup{config: "targets: []\n"}.start(t)
	if r := b.get("/"); r.status != http.StatusOK || !strings.Contains(r.body, "No targets") {
		t.Errorf("status %d: %s", r.status, r.body)
	}
}
