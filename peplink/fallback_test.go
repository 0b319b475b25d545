package peplink_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// fewEndpoints is a router that knows nothing but some endpoints, by what they respond.
type fewEndpoints struct {
	client *peplink.Client
	now    time.Time

	mu        sync.Mutex
	responses map[string]string
	asked     []string
}

func newFewEndpoints(t *testing.T, responses map[string]string) *fewEndpoints {
	t.Helper()
	f := &fewEndpoints{responses: responses, now: time.Unix(1773480413, 0)}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	ok(t, err)
	f.client = peplink.New(peplink.Options{
		URL: address,
		Credentials: func() (peplink.Credentials, error) {
			return peplink.Credentials{ClientID: "id", ClientSecret: "secret"}, nil
		},
		Now: func() time.Time { return f.now },
	})
	t.Cleanup(f.client.Close)
	return f
}

// ServeHTTP implements [http.Handler].
func (f *fewEndpoints) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method == http.MethodPost {
		_, _ = io.WriteString(w, `{"stat":"ok","response":{"accessToken":"0123456789abcdef","expiresIn":172800}}`)
		return
	}
	call := strings.TrimPrefix(r.URL.Path, "/api/")
	for _, parameter := range []string{"infoType", "connId"} {
		if value := r.URL.Query().Get(parameter); value != "" {
			call += " " + value
		}
	}
	f.asked = append(f.asked, call)
	response, known := f.responses[call]
	if !known {
		_, _ = io.WriteString(w, `{"stat":"fail","message":"unknown function"}`)
		return
	}
	_, _ = io.WriteString(w, response)
}

// wantAsked checks what has been asked since the last check.
func (f *fewEndpoints) wantAsked(t *testing.T, want ...string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	wantEqual(t, "asked", want, f.asked)
	f.asked = nil
}

func good(response string) string { return `{"stat":"ok","response":` + response + `}` }

// names lists the ports of both kinds.
func names(ports *peplink.Ports) (names []string) {
	for _, list := range []peplink.PortList{ports.LAN, ports.WAN} {
		for _, port := range list.Entries() {
			names = append(names, port.Value.Name.String())
		}
	}
	return names
}

func TestPortsInHalves(t *testing.T) {
	f := newFewEndpoints(t, map[string]string{
		"status.port.lan": good(`{"1":{"name":"LAN 1","linkUp":"x"},"order":[1]}`),
		"status.port.wan": good(`{"1":{"name":"WAN 1","speed":"x"},"asLan":false}`),
	})
	for _, want := range [][]string{
		{"status.port", "status.port.lan", "status.port.wan"},
		{"status.port.lan", "status.port.wan"}, // that the whole is refused is remembered
	} {
		answer, err := f.client.Ports(t.Context())
		ok(t, err)
		wantEqual(t, "ports", []string{"LAN 1", "WAN 1"}, names(&answer.Value))
		wantEqual(t, "unreadable", 2, answer.Unreadable)
		f.wantAsked(t, want...)
	}
	f.now = f.now.Add(time.Hour)
	_, err := f.client.Ports(t.Context())
	ok(t, err)
	f.wantAsked(t, "status.port", "status.port.lan", "status.port.wan")
}

func TestPortsInOneHalf(t *testing.T) {
	f := newFewEndpoints(t, map[string]string{"status.port.lan": good(`{"1":{"name":"LAN 1"}}`)})
	for _, want := range [][]string{{"status.port", "status.port.lan", "status.port.wan"}, {"status.port.lan"}} {
		answer, err := f.client.Ports(t.Context())
		wantReason(t, err, "status.port.wan", peplink.ReasonUnsupported)
		wantEqual(t, "ports", []string{"LAN 1"}, names(&answer.Value))
		f.wantAsked(t, want...)
	}
}

func TestPortsAtOnce(t *testing.T) {
	f := newFewEndpoints(t, map[string]string{"status.port": good(`{"wan":{"1":{"name":"WAN 1"}}}`)})
	answer, err := f.client.Ports(t.Context())
	ok(t, err)
	wantEqual(t, "ports", []string{"WAN 1"}, names(&answer.Value))
	f.wantAsked(t, "status.port")
}

func TestNoPorts(t *testing.T) {
	f := newFewEndpoints(t, nil)
	answer, err := f.client.Ports(t.Context())
	wantReason(t, err, "status.port", peplink.ReasonUnsupported)
	if answer != nil {
		t.Errorf("answered %+v", answer)
	}
}

// A router that does not tell its device tells its name. That the device could not be read
// is said all the same.
func TestNameFromInfoSystem(t *testing.T) {
	f := newFewEndpoints(t, map[string]string{
		"info.system":                good(`{"routerName":"depot","company":"x","support":{"gps":{"support":true}}}`),
		"status.system.info cpuLoad": good(`{"cpuLoad":{"percentage":7}}`),
	})
	for _, want := range [][]string{
		{
			"status.system.info device uptime cpuLoad thermalSensor fanSpeed", "status.system.info device", "info.system",
			"status.system.info uptime", "status.system.info cpuLoad", "status.system.info thermalSensor", "status.system.info fanSpeed",
		},
		{"info.system", "status.system.info cpuLoad"},
	} {
		answer, err := f.client.System(t.Context())
		wantReason(t, err, "status.system.info", peplink.ReasonUnsupported)
		device := answer.Value.Device.OrZero()
		wantEqual(t, "name", "depot", device.Name.String())
		wantEqual(t, "serial number", "", device.SerialNumber.String())
		f.wantAsked(t, want...)
	}
}

// Where there is no name either, it is not asked for again.
func TestNoNameFromInfoSystem(t *testing.T) {
	f := newFewEndpoints(t, nil)
	for range 2 {
		answer, err := f.client.System(t.Context())
		wantReason(t, err, "status.system.info", peplink.ReasonUnsupported)
		if answer != nil {
			t.Errorf("answered %+v", answer)
		}
	}
	wantEqual(t, "requests", 1+5+1+1, len(f.asked)) // at once, each part, the load and the name
}

// What a router tells of one WAN at a time is asked of each, also after it refused one.
func TestOneWANAtATime(t *testing.T) {
	f := newFewEndpoints(t, map[string]string{
		"cmd.wan.cellular 2": `{"stat":"fail","code":3,"message":"invalid connId"}`,
		"cmd.wan.cellular 3": good(`{"enabledSim":[1],"preferredSim":true}`),
	})
	answer, err := f.client.SIMSlots(t.Context(), []string{"2", "3"})
	wantReason(t, err, "cmd.wan.cellular", peplink.ReasonAPI)
	wantEqual(t, "entries", 1, len(answer.Value.Entries()))
	wantEqual(t, "id", "3", answer.Value.Entries()[0].ID)
	wantEqual(t, "unreadable", 1, answer.Unreadable)
	f.wantAsked(t, "cmd.wan.cellular 2", "cmd.wan.cellular 3")

	// The endpoint itself is not known: that is said once.
	none, err := f.client.WiFiResults(t.Context(), []string{"2", "3"})
	wantReason(t, err, "cmd.wifi.result", peplink.ReasonUnsupported)
	if none != nil {
		t.Errorf("answered %+v", none)
	}
	f.wantAsked(t, "cmd.wifi.result 2")
}
