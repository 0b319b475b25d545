package server_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// oddSecret looks different in every encoding.
const oddSecret = `s3cr/t+&"<é>%\ of-the-fleet`

// encodings are how a router, a library or a template may write a value.
var encodings = map[string]func(string) string{
	"plain":         func(s string) string { return s },
	"query":         url.QueryEscape,
	"query, lower":  func(s string) string { return lowerEscapes(url.QueryEscape(s)) },
	"path":          url.PathEscape,
	"path, lower":   func(s string) string { return lowerEscapes(url.PathEscape(s)) },
	"JSON":          inJSON,
	"JSON, slashes": func(s string) string { return strings.ReplaceAll(inJSON(s), "/", `\/`) },
	"HTML":          html.EscapeString,
	"base64":        func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64, URL":   func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
}

func inJSON(s string) string {
	text, _ := json.Marshal(s) // of a string, which does not fail
	return string(text[1 : len(text)-1])
}

// lowerEscapes writes %2F as %2f, and leaves the rest.
func lowerEscapes(s string) string {
	parts := strings.Split(s, "%")
	for i, part := range parts[1:] {
		parts[i+1] = strings.ToLower(part[:2]) + part[2:]
	}
	return strings.Join(parts, "%")
}

// leaving are all places where text leaves the exporter, with a word that stands there, so
// that there was something to search.
var leaving = map[string]struct {
	told string
	read func(b *bench) string
}{
	"probe":       {"peplink_up", func(b *bench) string { return b.get("/probe?target=a").body }},
	"OpenMetrics": {"# EOF", func(b *bench) string { return b.get("/probe?target=a", "Accept", openMetricsAccept).body }},
	"debug":       {"# Requests", func(b *bench) string { return b.get("/probe?target=a&debug=true").body }},
	"metrics":     {"peplink_exporter_probes_total", func(b *bench) string { return b.get("/metrics").body }},
	"discovery":   {"__param_target", func(b *bench) string { return b.get("/sd").body }},
	"config":      {"client_secret: <secret>", func(b *bench) string { return b.get("/config").body }},
	"page":        {"<!DOCTYPE html>", func(b *bench) string { return b.get("/").body }},
	"health":      {"healthy", func(b *bench) string { return b.get("/-/healthy").body }},
	"unknown":     {"target", func(b *bench) string { return b.get("/probe?target=b").body }},
	"headers":     {"nosniff", func(b *bench) string { return fmt.Sprint(b.get("/probe?target=a").header, b.get("/").header) }},
	"log":         {`"msg"`, func(b *bench) string { return b.logs.String() }},
	"reload":      {"", func(b *bench) string { return b.reloaded(http.StatusOK) }},
	"faulty":      {"client_secretx", func(b *bench) string { return b.reloadedFaulty() }},
}

func (b *bench) reloaded(status int) string {
	b.t.Helper()
	answer, err := b.ask(http.MethodPost, "/-/reload")
	if err != nil || answer.status != status {
		b.t.Fatalf("reload: %+v, %v", answer, err)
	}
	return answer.body
}

// reloadedFaulty is what a reload, and all else after it, tells of a file in which every key
// is wrong.
func (b *bench) reloadedFaulty() string {
	b.t.Helper()
	text, err := os.ReadFile(b.file)
	if err != nil {
		b.t.Fatal(err)
	}
	b.configure(strings.ReplaceAll(string(text), ": ", "x: ") + string(text))
	told := b.reloaded(http.StatusInternalServerError) + b.get("/").body + b.logs.String()
	b.configure(string(text))
	return told
}

// Whatever form a router repeats a secret in, it stands in no text that leaves.
func TestNoSecretLeavesInAnyForm(t *testing.T) {
	for name := range encodings {
		for _, endpoint := range []string{grantEndpoint, wanEndpoint, everyEndpoint} {
			t.Run(name+"/"+endpoint, func(t *testing.T) {
				b, r := oddRouter(t)
				b.probe("a").is(t, "peplink_up", 1)
				if endpoint != wanEndpoint {
					r.RevokeTokens()
					r.Clock().Advance(2 * time.Hour)
				}
				held := []string{oddSecret, peplinktest.ClientID} // by the request
				if endpoint == wanEndpoint {
					held = r.Tokens()
				}
				message := "refused:"
				for _, secret := range held {
					message += " " + encodings[name](secret)
				}
				r.SetFault(endpoint, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(7), Message: message}})
				b.get("/probe?target=a") // fails, so that there is something to tell
				if logged := b.logs.String(); !strings.Contains(logged, "refused") {
					t.Errorf("the failure is not logged: %s", logged)
				}
				b.wantNoneLeaves(append([]string{peplinktest.ClientID, oddSecret}, r.Tokens()...))
			})
		}
	}
}

// oddRouter is oneRouter with a secret that looks different in every encoding.
func oddRouter(t *testing.T) (*bench, *router) {
	t.Helper()
	clock := newClock()
	r := simulate(t, clock)
	r.AddClient(peplinktest.ClientID, oddSecret)
	text := fmt.Sprintf("defaults:\n  client_id: %s\n  client_secret: '%s'\n  collectors: [wan, allowance]\ntargets:\n%s",
		peplinktest.ClientID, oddSecret, target("a", r.server.URL))
	return setup{config: text, clock: clock}.start(t), r
}

// wantNoneLeaves searches every place for every secret in every encoding.
func (b *bench) wantNoneLeaves(secrets []string) {
	b.t.Helper()
	for _, place := range slices.Sorted(maps.Keys(leaving)) {
		text := leaving[place].read(b)
		if !strings.Contains(text, leaving[place].told) {
			b.t.Errorf("%s does not tell %q, so nothing was searched: %.500s", place, leaving[place].told, text)
		}
		for _, secret := range secrets {
			for form, encode := range encodings {
				if strings.Contains(text, encode(secret)) {
					b.t.Errorf("%s shows %s as %s: %s", place, secret, form, around(text, encode(secret)))
				}
			}
		}
	}
}
