package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// personalKeys are the fields of a router's answers that may hold something personal, by
// the word of `expose` that shows it; "" is for what nothing shows.
var personalKeys = map[string]string{
	"imsi": "subscriber", "iccid": "subscriber", "mtn": "subscriber", "imei": "subscriber", "hex": "subscriber", "esn": "subscriber",
	"cellId": "location", "cellPlmn": "location", "cellUtranId": "location", "tac": "location",
	"ip": "addresses", "gateway": "addresses", "mac": "addresses", "bssid": "addresses",
	"username": "", "password": "", "gatewayUrl": "", "dns": "", "additionalIp": "", "dec": "",
}

// personal collects the values of such fields of a router's answers, by the word of
// `expose`, and the secrets of the session under "".
func (r *router) personal(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{"": {peplinktest.ClientID, peplinktest.ClientSecret}}
	document, err := r.Document(wanEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(key string, value any)
	walk = func(key string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for key, inner := range value {
				walk(key, inner)
			}
		case []any:
			for _, inner := range value {
				walk(key, inner)
			}
		case string, json.Number:
			text := fmt.Sprint(value)
			if word, is := personalKeys[key]; is && text != "" {
				found[word] = append(found[word], text)
			}
		}
	}
	decoder := json.NewDecoder(strings.NewReader(string(document)))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	walk("", tree)
	for word, least := range map[string]int{"": 15, "subscriber": 10, "location": 8, "addresses": 12} {
		if len(found[word]) < least {
			t.Fatalf("only %d values of %q in the fixture: %q", len(found[word]), word, found[word])
		}
	}
	return found
}

// answers are the ways in which a router can bring its answer, or something like it. echo
// is what the request itself holds, for routers repeat that in their complaints.
func (r *router) answers(t *testing.T, echo string) map[string]peplinktest.Fault {
	t.Helper()
	document, err := r.Document(wanEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]peplinktest.Fault{
		"whole":            {},
		"status 500":       {Status: 500},
		"status 401":       {Status: 401},
		"status with echo": {Status: 500, Body: new(echo)},
		"forbidden":        {Forbidden: true},
		"web page":         {LoginPage: true},
		"cut":              {Cut: true},
		"echo":             {Fail: &peplinktest.Fail{Code: new(7), Message: "bad request " + echo}},
		"echo with 401":    {Fail: &peplinktest.Fail{Code: new(401), Message: "bad token " + echo}},
		"redirect":         {Redirect: "https://192.0.2.1/?accessToken=" + url.QueryEscape(echo)},
		"no JSON":          {Body: new(echo + string(document))},
		"half of JSON":     {Body: new(`{"stat":"ok","response":` + string(document))},
		"no envelope":      {Body: new(string(document))},
		"stat is strange":  {Body: new(`{"stat":"` + echo + `","response":` + string(document) + `}`)},
		"strange type":     {ContentType: "text/" + echo, Body: new("x")},
	}
}

// outputs are all places where something of a poll shows.
func (b *bench) outputs() map[string]string {
	b.t.Helper()
	return map[string]string{
		"/probe":      b.get("/probe?target=a").body,
		"OpenMetrics": b.get("/probe?target=a", "Accept", "application/openmetrics-text;version=1.0.0").body,
		"/metrics":    b.get("/metrics").body,
		"/sd":         b.get("/sd").body,
		"page":        b.get("/").body,
		"log":         b.logs.String(),
	}
}

// holds tells whether a text shows a value; numbers are looked for as whole labels, for
// few digits may stand anywhere.
func holds(text, value string) bool {
	if len(value) < 8 && strings.Trim(value, "0123456789") == "" {
		return strings.Contains(text, `"`+value+`"`)
	}
	return strings.Contains(strings.ToLower(text), strings.ToLower(value))
}

// Whatever the router does, what is secret or personal is nowhere.
func TestNothingPersonalIsShown(t *testing.T) {
	for _, endpoint := range []string{wanEndpoint, allowanceEndpoint, grantEndpoint, everyEndpoint} {
		_, r := oneRouter(t)
		for name := range r.answers(t, "") {
			t.Run(endpoint+"/"+name, func(t *testing.T) {
				b, r := oneRouter(t)
				b.probe("a")
				echo := r.Tokens()[0]
				switch endpoint {
				case grantEndpoint:
					r.RevokeTokens() // or there would be no grant
					echo = peplinktest.ClientID + " " + peplinktest.ClientSecret
				case everyEndpoint:
					echo = "" // not every request holds the same
				}
				r.SetFault(endpoint, r.answers(t, echo)[name])
				outputs := b.outputs()
				for _, value := range slices.Concat(slices.Concat(slices.Collect(maps.Values(r.personal(t)))...), r.Tokens()) {
					for place, text := range outputs {
						if holds(text, value) {
							t.Errorf("%s shows %s", place, value)
						}
					}
				}
				if logged := outputs["log"]; (logged == "") != (name == "whole") {
					t.Errorf("logged: %q", logged)
				}
			})
		}
	}
}

// What is exposed shows in the probe, which is a proof that the search above can find
// something, and nowhere else.
func TestExposedValuesShowInTheProbeOnly(t *testing.T) {
	for _, exposed := range []string{"subscriber", "location", "addresses"} {
		b, r := oneRouter(t, "expose: ["+exposed+"]")
		personal, outputs := r.personal(t), b.outputs()
		for word, values := range personal {
			for _, value := range values {
				if word != exposed && slices.Contains(personal[exposed], value) {
					continue // a gateway that is a DNS server too
				}
				for place, text := range outputs {
					allowed := word == exposed && (place == "/probe" || place == "OpenMetrics")
					if shown := holds(text, value); shown != allowed {
						t.Errorf("expose %s: %s shows %s of %q: %v", exposed, place, value, word, shown)
					}
				}
			}
		}
	}
}

// The message of a WAN is the router's own text, and may say anything.
func TestMessagesShowNoAddresses(t *testing.T) {
	const message = "Connecting to 192.0.2.77 via 2001:db8::77 at 00:00:5E:00:53:77"
	for _, expose := range []string{"", "addresses"} {
		b, r := oneRouter(t, "expose: ["+expose+"]")
		r.change(t, wanEndpoint, "/2/message", message)
		want := "Connecting to <address> via <address> at <address>"
		if expose != "" {
			want = message
		}
		b.probe("a").is(t, `peplink_wan_status_info{led="green", message="`+want+`", wan="Cellular 1", wan_id="2"}`, 1)
	}
}
