package server_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// echoes are faults that hold what they could betray: the document, and what the request
// itself holds, which routers repeat in their complaints.
func echoes(document, secret string) map[string]faultClass {
	escaped := url.QueryEscape(secret)
	return map[string]faultClass{
		"document alone":         {fault: peplinktest.Fault{Body: new(document)}},
		"text and document":      {fault: peplinktest.Fault{Body: new(secret + document)}},
		"half of the answer":     {fault: peplinktest.Fault{Body: new(`{"stat":"ok","response":` + document)}},
		"document as a text":     {fault: peplinktest.Fault{Body: new(fmt.Sprintf(`{"stat":"ok","response":%q}`, document))}},
		"document as a list":     {fault: peplinktest.Fault{Body: new(`{"stat":"ok","response":[` + document + `]}`)}},
		"document as stat":       {fault: peplinktest.Fault{Body: new(fmt.Sprintf(`{"stat":%q}`, secret+document))}},
		"document with an error": {fault: peplinktest.Fault{Status: 500, Body: new(document + secret)}},
		"document of a type":     {fault: peplinktest.Fault{ContentType: "text/" + escaped, Body: new("busy")}},
		"echo":                   {fault: peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(7), Message: "bad request " + secret}}},
		"echo with 401":          {fault: peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(401), Message: "bad token " + escaped}}},
		"redirect with echo":     {fault: peplinktest.Fault{Redirect: "https://192.0.2.1/?accessToken=" + escaped}},
	}
}

// Whatever a router of any model does, at any of its endpoints, what is secret or personal
// shows nowhere.
func TestEverySecretOfEveryModel(t *testing.T) {
	for _, model := range peplinktest.Models() {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			r := simulateModel(t, model)
			b := r.exporter(t, asksEverything)
			seen := outputs{}
			seen.add("all well", b.get("/probe?target=a").body)
			b.show(seen, "all well")
			for class := range r.failures(t, wanEndpoint, "") {
				// Each takes a pause before it is retried, and brings the same everywhere.
				if strings.HasPrefix(class, "internal error") && model != "max-hd2-8.3" {
					continue
				}
				secret := r.newestSecret()
				for _, endpoint := range r.State().Documents {
					r.SetFault(endpoint, r.failures(t, endpoint, secret)[class].fault)
				}
				// One by one, so that each tells of its failure in the log.
				for _, name := range collector.Names() {
					seen.add(class, b.get("/probe?target=a&collect[]="+name).body)
				}
				b.show(seen, class)
				b.heal(r, "forbidden")
				b.clock.Advance(time.Hour) // or sessions lost so often would look like another program's doing
				b.probe("a")
			}
			r.SetFault(wanEndpoint, peplinktest.Fault{Status: 500})
			b.probe("a&collect[]=wan")
			b.heal(r, "")
			b.probe("a&collect[]=wan") // succeeds in full with every model
			b.show(seen, "all well again")
			b.reloadFaulty(seen)
			b.wantTold(seen)
			seen.wantNone(t, r, b)
		})
	}
}

// newestSecret is what the requests of now hold.
func (r *router) newestSecret() string {
	held := append(r.Cookies(), r.Tokens()...)
	return held[len(held)-1]
}

// failures are all ways in which an endpoint can fail.
func (r *router) failures(t *testing.T, endpoint, secret string) map[string]faultClass {
	t.Helper()
	document := "{}"
	if text, err := r.Document(endpoint); err == nil {
		document = string(text)
	}
	all := faultClasses(endpoint)
	maps.Copy(all, echoes(document, secret))
	return all
}

// The same for what begins a session, with the credential in every form.
func TestEverySecretOfTheSession(t *testing.T) {
	for variable, value := range secretVariables {
		t.Setenv(variable, value)
	}
	for endpoint := range credentials {
		for form := range secretForms {
			t.Run(endpoint+"/"+form, func(t *testing.T) {
				t.Parallel()
				r := simulateModel(t, "max-hd2-8.3")
				b := r.exporterWith(t, credentialIn(t, endpoint, form))
				seen := outputs{}
				b.probe("a")
				b.show(seen, "all well")
				for class, failure := range r.failures(t, endpoint, secretsSent[endpoint]) {
					r.RevokeTokens() // cookies are lost too
					r.SetFault(endpoint, failure.fault)
					seen.add(class, b.get("/probe?target=a").body)
					b.show(seen, class)
					b.heal(r, "")
					b.clock.Advance(2 * time.Hour) // ends back-offs
					b.probe("a")
				}
				b.reloadFaulty(seen)
				b.wantTold(seen)
				seen.wantNone(t, r, b)
			})
		}
	}
}

// What hangs in the middle of an answer has shown a part of it.
func TestEverySecretOfAHang(t *testing.T) {
	faults := maps.Clone(hangs)
	faults["drip"] = peplinktest.Fault{DripMilliseconds: 1}
	for _, model := range peplinktest.Models() {
		for kind, fault := range faults {
			t.Run(model+"/"+kind, func(t *testing.T) {
				t.Parallel()
				r := simulateModel(t, model)
				b := r.exporter(t, asksEverything)
				b.probe("a")
				seen := outputs{}
				r.SetFault(everyEndpoint, fault)
				got := b.get("/probe?target=a", timeoutHeader, "0.5").body
				if !strings.Contains(got, `reason="timeout"`) {
					t.Errorf("nothing hangs:\n%s", got)
				}
				seen.add(kind, got)
				r.ClearFault(everyEndpoint)
				b.show(seen, kind)
				seen.wantNone(t, r, b)
			})
		}
	}
}

// What a target exposes shows in the probe, of every model: a proof that the search
// can find what the routers hold. All else stays hidden.
func TestEveryExposedValueShows(t *testing.T) {
	// A list where a name should be is unreadable.
	unreadable := []string{"user"}
	for _, model := range peplinktest.Models() {
		t.Run(model, func(t *testing.T) {
			r := simulateModel(t, model)
			text := strings.ToLower(r.exporter(t, exposeAll).get("/probe?target=a").body)
			values := r.personalValues(t)
			searched := 0
			for class, byValue := range values {
				for value, place := range byValue {
					if class == never && isExposed(values, value) || slices.Contains(unreadable, value) {
						continue // a gateway that is a DNS server too
					}
					searched++
					if shown := labelFinder(value)(text); shown != (class != never) {
						t.Errorf("%s of %s, class %q: shown is %v", value, place, class, shown)
					}
				}
			}
			if searched < 5 {
				t.Errorf("only %d values in %s", searched, model)
			}
		})
	}
}

func isExposed(values map[string]map[string]string, value string) bool {
	for class, byValue := range values {
		if _, is := byValue[value]; is && class != never {
			return true
		}
	}
	return false
}
