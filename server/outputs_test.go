package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// outputs are texts that the exporter showed, with what was going on.
type outputs map[string]string

func (o outputs) add(when, text string) { o[text] = when }

// show adds what anybody can see of the exporter without a probe that succeeds, and its log.
func (e *exporter) show(seen outputs, when string) {
	e.t.Helper()
	seen.add(when, e.get("/probe?target=a", "Accept", openMetricsAccept).body)
	for _, path := range []string{"/metrics", "/sd", "/config", "/", "/probe?target=b", "/probe?target=a&collect[]=x"} {
		answer := e.get(path)
		seen.add(when, answer.body)
		seen.add(when, fmt.Sprint(answer.header))
	}
	account, metrics, _ := strings.Cut(e.get("/probe?target=a&debug=true").body, "\n# Metrics\n\n")
	seen.add(when, account)
	seen.add(when, metrics)
	seen.add(when, e.logs.String())
	e.logs.clear()
}

// reloadFaulty adds what a reload tells of a configuration in which every line is wrong.
func (e *exporter) reloadFaulty(seen outputs) {
	e.t.Helper()
	e.configure(strings.ReplaceAll(e.text, ": ", "x: ") + e.text)
	answer, err := e.ask(http.MethodPost, "/-/reload")
	if err != nil || answer.status != http.StatusInternalServerError {
		e.t.Fatalf("reload: status %d, %v: %s", answer.status, err, answer.body)
	}
	seen.add("reload", answer.body)
	e.show(seen, "reload")
}

// wantTold checks that the texts hold what the search would look for secrets in: metrics,
// log lines of failures, and the places of secrets.
func (e *exporter) wantTold(seen outputs) {
	e.t.Helper()
	for _, told := range []string{
		"peplink_up 0", "peplink_up 1", "poll failed", "poll succeeds", "configuration not reloaded", "name: a", "\"instance\":\"a\"",
		"peplink_exporter_build_info", "<!DOCTYPE html>", "# Requests",
	} {
		if !slices.ContainsFunc(seen.texts(), func(text string) bool { return strings.Contains(text, told) }) {
			e.t.Errorf("nothing tells %q, so nothing was searched", told)
		}
	}
}

func (o outputs) texts() (texts []string) {
	for text := range o {
		texts = append(texts, text)
	}
	return texts
}

// wantNone checks that no text shows a secret or anything personal. The addresses of the
// router and of the exporter are no secrets, but may hold any number.
func (o outputs) wantNone(t *testing.T, r *router, e *exporter) {
	t.Helper()
	cleaned := outputs{}
	for text, when := range o {
		for _, address := range []string{r.server.URL, e.url} {
			text = strings.ReplaceAll(text, strings.TrimPrefix(address, "http://"), "<here>")
		}
		cleaned.add(when, strings.ToLower(text))
	}
	search := func(what, value string) {
		found := finder(value)
		for text, when := range cleaned {
			if found(text) {
				t.Errorf("%s: %s is shown: %s", when, what, around(text, value))
			}
		}
	}
	for _, secret := range r.secrets() {
		search("the secret "+secret, secret)
	}
	for _, values := range r.personalValues(t) {
		for value, place := range values {
			search(place, value)
		}
	}
}

// around is the neighbourhood of a value in a text.
func around(text, value string) string {
	at := max(strings.Index(text, strings.ToLower(strings.TrimPrefix(value, "+"))), 0)
	return text[max(at-80, 0):min(at+120, len(text))]
}
