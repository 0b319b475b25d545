package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// parametersBench has a target called bus-12 at its own router, and two targets that share
// the url of another one, for they are reached through different proxies.
func parametersBench(t *testing.T) (b *bench, own, shared *router) {
	t.Helper()
	clock := newClock()
	own, shared = simulate(t, clock), simulate(t, clock)
	b = setup{clock: clock, config: targets(
		target("bus-12", own.server.URL, "collectors: [wan]"),
		target("east", shared.server.URL),
		target("west", shared.server.URL, "proxy_url: "+own.server.URL),
	)}.start(t)
	return b, own, shared
}

func TestProbeRefuses(t *testing.T) {
	b, own, shared := parametersBench(t)
	other := simulate(t, newClock()) // not in the configuration
	for name, test := range map[string]struct {
		query, header string
		status        int
		want          []string
	}{
		"no target":             {"", "", 400, []string{"target"}},
		"no target but others":  {"name[]=peplink_up&x=y", "", 400, []string{"target"}},
		"empty target":          {"target=", "", 400, []string{"target"}},
		"target without equals": {"target", "", 400, []string{"target"}},
		"target twice":          {"target=bus-12&target=bus-12", "", 400, []string{"target"}},
		"target too long":       {"target=" + strings.Repeat("x", 257), "", 400, []string{"256"}},
		"bytes, not letters":    {"target=" + strings.Repeat("%C3%BC", 129), "", 400, []string{"256"}},
		"malformed percent":     {"target=%zz", "", 400, []string{"malformed"}},
		"cut percent":           {"target=bus-12%2", "", 400, []string{"malformed"}},
		"malformed elsewhere":   {"target=bus-12&x=%zz", "", 400, []string{"malformed"}},
		"semicolon":             {"target=bus-12;target=east", "", 400, []string{"malformed"}},
		"unknown, close":        {"target=bus-21", "", 404, []string{"unknown target", "bus-12"}},
		"unknown, other case":   {"target=BUS-12", "", 404, []string{"unknown target", "bus-12"}},
		"unknown, far":          {"target=weather", "", 404, []string{"unknown target"}},
		"unknown, 256 bytes":    {"target=" + strings.Repeat("x", 256), "", 404, []string{"unknown target"}},
		"unknown url":           {"target=" + url.QueryEscape(other.server.URL), "", 404, []string{"unknown target"}},
		"url with a path":       {"target=" + url.QueryEscape(own.server.URL+"/x"), "", 404, []string{"unknown target"}},
		"url with a user":       {"target=" + url.QueryEscape(strings.Replace(own.server.URL, "http://", "http://u:p@", 1)), "", 404, []string{"unknown target"}},
		"other scheme":          {"target=" + url.QueryEscape(strings.Replace(own.server.URL, "http://", "https://", 1)), "", 404, []string{"unknown target"}},
		"ambiguous url":         {"target=" + url.QueryEscape(shared.server.URL), "", 400, []string{"east", "west"}},
		"unknown collector":     {"target=bus-12&collect[]=wann", "", 400, []string{"unknown collector", "wan"}},
		"no collector":          {"target=bus-12&collect[]=", "", 400, []string{"unknown collector"}},
		"one of two unknown":    {"target=bus-12&collect[]=wan&collect[]=weather", "", 400, []string{"unknown collector"}},
		"collector that is off": {"target=bus-12&collect[]=allowance", "", 400, []string{"allowance is off", "bus-12", "collectors"}},
		"collect":               {"target=bus-12&collect=wan", "", 400, []string{"collect;", "collect[]"}},
		"module":                {"target=bus-12&module=x", "", 400, []string{"module;", "collect[]"}},
		"auth":                  {"target=bus-12&auth=x", "", 400, []string{"auth;", "collect[]"}},
		"header is no number":   {"target=bus-12", "soon", 400, []string{timeoutHeader}},
		"header is zero":        {"target=bus-12", "0", 400, []string{timeoutHeader}},
	} {
		t.Run(name, func(t *testing.T) {
			var headers []string
			if test.header != "" {
				headers = []string{timeoutHeader, test.header}
			}
			r := b.get("/probe?"+test.query, headers...)
			if r.status != test.status {
				t.Errorf("status %d, want %d", r.status, test.status)
			}
			for _, word := range test.want {
				if !strings.Contains(r.body, word) {
					t.Errorf("%q does not say %q", r.body, word)
				}
			}
			if kind := r.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" {
				t.Errorf("content type %q", kind)
			}
			if strings.Count(r.body, "\n") != 1 {
				t.Errorf("%q is not one line", r.body)
			}
		})
	}
	for name, r := range map[string]*router{"own": own, "shared": shared, "other": other} {
		if n := r.Count(everyEndpoint); n != 0 {
			t.Errorf("router %s was asked %d times", name, n)
		}
	}
}

func TestProbeTakes(t *testing.T) {
	b, own, _ := parametersBench(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(own.server.URL, "http://"), ":")
	for name, query := range map[string]string{
		"name":                   "target=bus-12",
		"url as configured":      "target=" + url.QueryEscape(own.server.URL),
		"url with a slash":       "target=" + url.QueryEscape(own.server.URL+"/"),
		"url in capitals":        "target=" + url.QueryEscape("HTTP://127.0.0.1:"+port),
		"url with a padded port": "target=" + url.QueryEscape("http://127.0.0.1:0"+port),
		"collector asked for":    "target=bus-12&collect[]=wan",
		"escaped brackets":       "target=bus-12&collect%5B%5D=wan",
		"collector twice":        "target=bus-12&collect[]=wan&collect[]=wan",
		"name filter":            "target=bus-12&name[]=peplink_up&name[]=x",
		"unknown parameters":     "target=bus-12&modules=x&collectors=allowance&x=",
	} {
		t.Run(name, func(t *testing.T) {
			got := b.probe(strings.TrimPrefix(query, "target="))
			got.is(t, "peplink_up", 1)
			got.is(t, `peplink_wan_up{wan="WAN 1", wan_id="1"}`, 1)
			got.want(t, exposition{`peplink_scrape_collector_success{collector="wan"}`: 1}, "peplink_scrape_collector_success", "peplink_scrape_error")
		})
	}
}

func TestCollectChoosesAmongTheTargetsCollectors(t *testing.T) {
	b, _ := oneRouter(t)
	for query, want := range map[string]exposition{
		"a":                     {`peplink_scrape_collector_success{collector="wan"}`: 1, `peplink_scrape_collector_success{collector="allowance"}`: 1},
		"a&collect[]=wan":       {`peplink_scrape_collector_success{collector="wan"}`: 1},
		"a&collect[]=allowance": {`peplink_scrape_collector_success{collector="allowance"}`: 1},
		"a&collect[]=allowance&collect[]=wan": {
			`peplink_scrape_collector_success{collector="wan"}`: 1, `peplink_scrape_collector_success{collector="allowance"}`: 1,
		},
	} {
		got := b.probe(query)
		got = got.of(`peplink_scrape_collector_success{collector="wan"}`, `peplink_scrape_collector_success{collector="allowance"}`)
		got.want(t, want, "")
	}
}

func TestProbeByHEAD(t *testing.T) {
	b, _ := oneRouter(t)
	r, err := b.ask(http.MethodHead, "/probe?target=a")
	if err != nil {
		t.Fatal(err)
	}
	if r.status != http.StatusOK || r.body != "" {
		t.Errorf("status %d, body %q", r.status, r.body)
	}
	if r, err = b.ask(http.MethodHead, "/probe?target=b"); err != nil || r.status != http.StatusNotFound {
		t.Errorf("unknown target: status %d, %v", r.status, err)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	b, router := oneRouter(t)
	for _, path := range []string{"/probe?target=a", "/metrics", "/sd", "/", "/-/healthy", "/-/ready"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			r, err := b.ask(method, path)
			if err != nil {
				t.Fatal(err)
			}
			if r.status != http.StatusMethodNotAllowed || !strings.Contains(r.header.Get("Allow"), http.MethodGet) {
				t.Errorf("%s %s: status %d, Allow %q", method, path, r.status, r.header.Get("Allow"))
			}
		}
	}
	if r := b.get("/weather"); r.status != http.StatusNotFound {
		t.Errorf("unknown path: status %d", r.status)
	}
	if n := router.Count(everyEndpoint); n != 0 {
		t.Errorf("the router was asked %d times", n)
	}
}
