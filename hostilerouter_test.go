package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// hostileToken is that of the routers that make up their own.
const hostileToken = "70ce11000000000000000000000000cc"

// mostMemory is what the exporter may take of the machine, whatever routers send.
const mostMemory = 512 << 20

// serve is the router on a socket. What it is not hostile about it answers as any other.
func (h hostile) serve(t *testing.T) (router *peplinktest.Router, url string) {
	t.Helper()
	router, err := peplinktest.New("max-hd2-8.3")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		endpoint := strings.TrimPrefix(r.URL.Path, "/api/")
		isSession := strings.HasPrefix(endpoint, "auth.") || strings.HasPrefix(endpoint, "log")
		if endpoint == h.at || h.at == "" && !isSession {
			h.answer(w, r)
			return
		}
		router.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		router.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return router, server.URL
}

// formsOf are the ways to write a value that this exporter looks out for.
func formsOf(value string) []string {
	quoted, _ := json.Marshal(value)
	escaped := url.QueryEscape(value)
	return slices.Compact([]string{
		value, escaped, strings.ToLower(escaped), url.PathEscape(value), html.EscapeString(value), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value)),
	})
}

// hostileFleet is a configuration with a target for each hostile router, and a neighbour
// that is none.
func hostileFleet(t *testing.T, all map[string]hostile) (configFile string, routers map[string]*peplinktest.Router) {
	t.Helper()
	routers = map[string]*peplinktest.Router{}
	var text strings.Builder
	fmt.Fprintf(&text, "defaults: {client_id: %s, client_secret: %s, timeout: 5s, min_interval: {all: 0s}}\ntargets:\n", peplinktest.ClientID, peplinktest.ClientSecret)
	add := func(name string, h hostile) {
		router, url := h.serve(t)
		routers[name] = router
		fmt.Fprintf(&text, "  - name: %s\n    url: %s\n", targetName(name), url)
		if h.user {
			fmt.Fprintf(&text, "    username: %s\n    password: %s\n", peplinktest.Username, peplinktest.Password)
		}
	}
	for name, h := range all {
		add(name, h)
	}
	add("neighbour", hostile{at: "none"})
	return writeConfig(t, text.String()), routers
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

func targetName(name string) string { return "t-" + notInNames.ReplaceAllString(name, "-") }

// peak returns the most that the process has taken of the machine, as the system tells it,
// and lets the system begin anew.
func (d *daemon) peak(t *testing.T) int {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/", d.command.Process.Pid)
	status, err := os.ReadFile(folder + "status")
	if err != nil {
		t.Skip("the system does not tell how much a process takes: ", err)
	}
	found := regexp.MustCompile(`VmHWM:\s+([0-9]+) kB`).FindSubmatch(status)
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder+"clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

// pollHostile asks for a target as Prometheus does; the answer has to come before
// Prometheus gives up.
func (d *daemon) pollHostile(t *testing.T, name, more string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"/probe?target="+targetName(name)+more, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "60")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("status %d, %v", answer.StatusCode, err)
	}
	return string(text)
}

// Whatever one router sends costs it alone: its answer comes in time and tells why, the
// neighbour stays up, no secret shows, and the machine is not asked for more than it has.
func TestHostileRouters(t *testing.T) {
	all := hostiles()
	file, routers := hostileFleet(t, all)
	d := start(t, file, "--log.level=debug")
	logged := make(chan string, 1)
	go func() {
		for d.log.Scan() {
			d.seen.WriteString(d.log.Text() + "\n")
		}
		logged <- d.seen.String()
	}()
	shown, worst, worstName := map[string]string{}, 0, ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			d.peak(t)
			metrics := d.pollHostile(t, name, "")
			all[name].check(t, metrics)
			account := d.pollHostile(t, name, "&debug=true")
			if !strings.Contains(account, all[name].shows) {
				t.Errorf("%q is not told:\n%.2000s", all[name].shows, account)
			}
			if got := d.pollHostile(t, "neighbour", ""); !strings.Contains(got, "\npeplink_up 1\n") {
				t.Errorf("the neighbour is not up: %.300s", got)
			}
			shown[name] = metrics + account
			if took := d.peak(t); took > worst {
				worst, worstName = took, name
			}
		})
	}
	var polls sync.WaitGroup
	for name := range all {
		polls.Go(func() { d.pollHostile(t, name, "") })
	}
	polls.Wait()
	together := d.peak(t)
	if worst > mostMemory || together > mostMemory {
		t.Errorf("%s took %d MiB of the machine, and all at once %d, more than %d", worstName, worst>>20, together>>20, mostMemory>>20)
	}
	t.Logf("at most %d MiB, for %s; %d MiB for all %d at once", worst>>20, worstName, together>>20, len(all))
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	shown["log"] = <-logged
	if err := d.command.Wait(); err != nil {
		t.Error(err)
	}
	wantNoSecret(t, shown, routers)
}

// check holds the metrics of one poll against what is known of them.
func (h hostile) check(t *testing.T, metrics string) {
	t.Helper()
	if n := strings.Count(metrics, "\npeplink_up "); n != 1 {
		t.Errorf("%d samples of peplink_up", n)
	}
	if h.reason != "" && !strings.Contains(metrics, `reason="`+h.reason+`"`) {
		t.Errorf("nothing failed for %s: %v", h.reason, regexp.MustCompile(`(?m)^peplink_scrape_error.*$`).FindAllString(metrics, -1))
	}
	if h.reason == "" && strings.Contains(metrics, "\npeplink_up 0\n") {
		t.Errorf("down: %v", regexp.MustCompile(`(?m)^peplink_scrape_error.*$`).FindAllString(metrics, -1))
	}
	if wrong := regexp.MustCompile(`(?m)^peplink.* [+-]?(Inf|NaN)$`).FindString(metrics); wrong != "" {
		t.Errorf("no number: %s", wrong)
	}
}

func wantNoSecret(t *testing.T, shown map[string]string, routers map[string]*peplinktest.Router) {
	t.Helper()
	secrets := slices.Concat([]string{hostileToken, peplinktest.ClientID, peplinktest.ClientSecret, peplinktest.Password}, personalForms)
	for _, router := range routers {
		secrets = slices.Concat(secrets, router.Tokens(), router.Cookies())
	}
	for place, text := range shown {
		for _, secret := range secrets {
			for _, form := range formsOf(secret) {
				if at := strings.Index(text, form); at >= 0 {
					t.Errorf("%s shows %s: …%.100s", place, form, text[max(0, at-50):])
				}
			}
		}
	}
}
