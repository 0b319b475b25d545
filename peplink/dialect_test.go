package peplink_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

const (
	system = "status.system.info"
	cpu    = "status.cpu"
	pepvpn = "status.pepvpn"
)

// The lasting and the other ways in which a router refuses.
var (
	unsupported = peplinktest.Fault{Fail: &peplinktest.Fail{Message: "unknown function"}}
	busy        = peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(7), Message: "busy"}}
)

// wantParams checks what the requests to an endpoint since the last check asked for, by one
// of their parameters.
func (b *bench) wantParams(endpoint, name string, want ...string) {
	b.t.Helper()
	got := []string{}
	for _, request := range b.Requests() {
		if request.Endpoint == endpoint {
			got = append(got, request.Params[name])
		}
	}
	wantEqual(b.t, name+" of "+endpoint, append([]string{}, want...), got)
	b.ClearRequests()
}

// cellular asks for the allowances of a router whose cellular WANs have these ids, and
// returns the ids that were told.
func (b *bench) cellular(ids ...string) (told []string, err error) {
	answer, err := b.client.Allowances(b.t.Context(), func(context.Context) ([]string, error) { return ids, nil })
	if answer == nil {
		return nil, err
	}
	for _, entry := range answer.Value.Entries() {
		told = append(told, entry.ID)
	}
	return told, err
}

// Firmware 8.0.0 wants a connId. That it does is remembered for an hour, and until a new
// session begins.
func TestAllowancesByConnection(t *testing.T) {
	b := newBench(t, setup{model: "balance-8.0"})
	want := func(params ...string) {
		t.Helper()
		told, err := b.cellular("4", "5")
		ok(t, err)
		wantEqual(t, "connections", []string{"4", "5"}, told)
		b.wantParams(allowance, "connId", params...)
	}
	want("", "4", "5")
	want("4", "5")
	b.Clock().Advance(time.Hour - time.Nanosecond)
	want("4", "5")
	b.Clock().Advance(time.Nanosecond)
	want("", "4", "5")
	b.client.ForgetDialects()
	want("", "4", "5")
	b.RevokeTokens()
	want("4", "4", "5") // in the midst of which a new session begins
	want("", "4", "5")
}

// Where no WAN has a SIM there is nothing to ask for.
func TestAllowancesWithoutCellular(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(allowance, peplinktest.Fault{Fail: &peplinktest.Fail{Code: new(3), Message: "invalid connId"}})
	for range 2 {
		told, err := b.cellular()
		ok(t, err)
		wantEqual(t, "connections", []string(nil), told)
	}
	b.wantParams(allowance, "connId", "")
}

// What was read of the first is told although the second failed. That is no dialect.
func TestAllowancesInPart(t *testing.T) {
	b := newBench(t, setup{model: "balance-8.0"})
	ok(t, b.Remove(allowance, "/5"))
	for range 2 {
		told, err := b.cellular("4", "5")
		wantReason(t, err, allowance, peplink.ReasonAPI)
		wantEqual(t, "connections", []string{"4"}, told)
		b.wantParams(allowance, "connId", "", "4", "5")
	}
	_, err := b.cellular("5", "4")
	wantReason(t, err, allowance, peplink.ReasonAPI)
	b.wantParams(allowance, "connId", "", "5")
}

// Whoever cannot tell the cellular WANs is heard; other failures are no dialect.
func TestAllowancesOfUnknownWANs(t *testing.T) {
	b := newBench(t, setup{model: "balance-8.0"})
	unknown := errors.New("unknown")
	_, err := b.client.Allowances(t.Context(), func(context.Context) ([]string, error) { return nil, unknown })
	if !errors.Is(err, unknown) {
		t.Errorf("%v, want %v", err, unknown)
	}
	for _, fault := range []peplinktest.Fault{unsupported, {Forbidden: true}, {Status: 503}, {Fail: &peplinktest.Fail{Message: "Internal Error"}}} {
		b.SetFault(allowance, fault)
		if _, err := b.client.Allowances(t.Context(), noneCellular); peplink.ReasonOf(err) == "" {
			t.Errorf("%+v: %v", fault, err)
		}
	}
}

// info asks for what the system tells: the parts that were read.
func (b *bench) info() (told []string, err error) {
	answer, err := b.client.System(b.t.Context())
	if answer == nil {
		return nil, err
	}
	value := &answer.Value
	for name, isTold := range map[string]bool{
		"device":        value.Device.OrZero().SerialNumber.String() != "",
		"uptime":        value.Uptime.OrZero().Seconds != peplink.Number{},
		"cpuLoad":       value.CPULoad.OrZero().Percentage != peplink.Percentage{},
		"thermalSensor": len(value.Thermals.Items()) > 0,
		"fanSpeed":      len(value.Fans.Items()) > 0,
	} {
		if isTold {
			told = append(told, name)
		}
	}
	slices.Sort(told)
	return told, err
}

const allParts = "device uptime cpuLoad thermalSensor fanSpeed"

// Models that lack a part refuse them all, and are asked part by part.
func TestSystemPartByPart(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.Remove(system, "/fanSpeed"))
	each := strings.Fields(allParts)
	want := func(params ...string) {
		t.Helper()
		told, err := b.info()
		ok(t, err)
		wantEqual(t, "parts", []string{"cpuLoad", "device", "thermalSensor", "uptime"}, told)
		b.wantParams(system, "infoType", params...)
	}
	want(slices.Concat([]string{allParts}, each)...)
	want(each[:4]...) // what it lacks is remembered
	b.Clock().Advance(time.Hour)
	want(slices.Concat([]string{allParts}, each)...)
}

func TestSystemAtOnce(t *testing.T) {
	b := newBench(t, setup{})
	for range 2 {
		told, err := b.info()
		ok(t, err)
		wantEqual(t, "parts", 5, len(told))
		b.wantParams(system, "infoType", allParts)
	}
}

// The load comes from status.cpu where nothing else tells it. That the device could not be
// read is said all the same.
func TestSystemWithoutDevice(t *testing.T) {
	b := newBench(t, setup{model: "balance-8.0"}) // which has no status.system.info
	for range 3 {
		told, err := b.info()
		wantReason(t, err, system, peplink.ReasonUnsupported)
		wantEqual(t, "parts", []string{"cpuLoad"}, told)
	}
	b.wantCount(cpu, 3)
	b.wantCount(system, 6) // all at once, then five parts
}

// Of a device that cannot be read the rest is told.
func TestSystemInPart(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.Remove(system, "/device"))
	for range 2 {
		told, err := b.info()
		wantReason(t, err, system, peplink.ReasonUnsupported)
		wantEqual(t, "parts", []string{"cpuLoad", "fanSpeed", "thermalSensor", "uptime"}, told)
	}
}

// A model that lacks all of it is asked once.
func TestSystemOfNothing(t *testing.T) {
	b := newBench(t, setup{model: "balance-8.0"})
	b.SetFault(cpu, unsupported)
	b.SetFault("info.system", unsupported)
	for range 3 {
		answer, err := b.client.System(t.Context())
		wantReason(t, err, system, peplink.ReasonUnsupported)
		if answer != nil {
			t.Errorf("answered %+v", answer)
		}
	}
	b.wantCount(system, 6)
	b.wantCount(cpu, 1)
}

// A part that fails for a while is no reason to give up the others later; what was read
// before it is told.
func TestSystemPartFails(t *testing.T) {
	b := newBench(t, setup{})
	ok(t, b.Remove(system, "/fanSpeed"))
	_, err := b.info()
	ok(t, err)
	b.SetFault(system, peplinktest.Fault{Status: 503, Times: 1})
	told, err := b.info()
	wantReason(t, err, system, peplink.ReasonHTTP)
	wantEqual(t, "parts", []string(nil), told)
	told, err = b.info()
	ok(t, err)
	wantEqual(t, "parts", 4, len(told))
}

// What fails in other words than those of a refusal is remembered only where the router has
// shown that it has the device: else it may be over in a moment.
func TestSystemFailsOnce(t *testing.T) {
	b := newBench(t, setup{})
	b.SetFault(system, busy)
	b.SetFault(cpu, busy)
	_, err := b.info()
	wantReason(t, err, system, peplink.ReasonAPI)
	b.ClearFault(peplinktest.EveryEndpoint)
	told, err := b.info()
	ok(t, err)
	wantEqual(t, "parts", 5, len(told))
	b.ClearRequests()

	busy := busy
	busy.Times = 1
	b.SetFault(system, busy)
	for range 2 {
		_, err := b.info()
		ok(t, err)
	}
	b.wantCount(system, 1+5+5)
}

// tunnels asks for the tunnels to the router's connected peers.
func (b *bench) tunnels(ctx context.Context) (asked, told int, err error) {
	b.t.Helper()
	answer, err := b.client.PepVPN(b.t.Context(), 1000)
	ok(b.t, err)
	var peers []string
	for i := range answer.Value.Peers {
		if peer := &answer.Value.Peers[i]; peer.IsConnected() {
			peers = append(peers, peer.ID.String())
		}
	}
	b.ClearRequests()
	tunnels, err := b.client.Tunnels(ctx, peers)
	if tunnels == nil {
		return len(peers), 0, err
	}
	return len(peers), len(tunnels.Value.Entries()), err
}

// wantTunnelOptions checks how many peers each request was about.
func (b *bench) wantTunnelOptions(want ...int) {
	b.t.Helper()
	var got []int
	for _, request := range b.Requests() {
		if request.Endpoint == pepvpn {
			got = append(got, 1+strings.Count(request.Params["tunnelOption"], "&"))
		}
	}
	wantEqual(b.t, "peers a request", want, got)
}

func TestTunnelsInBatches(t *testing.T) {
	b := newBench(t, setup{model: "fusionhub-8.3"})
	asked, told, err := b.tunnels(t.Context())
	ok(t, err)
	if asked != 237 || told != asked {
		t.Errorf("tunnels to %d peers of %d, want all of 237", told, asked)
	}
	b.wantTunnelOptions(25, 25, 25, 25, 25, 25, 25, 25, 25, 12)
}

// A router that answers one tunnel a request is asked so. That it does is remembered.
func TestTunnelsOneByOne(t *testing.T) {
	b := newBench(t, setup{model: "balance-8.0"})
	want := func(counts ...int) {
		t.Helper()
		asked, told, err := b.tunnels(t.Context())
		ok(t, err)
		if asked != 4 || told != asked {
			t.Errorf("tunnels to %d peers of %d, want all of 4", told, asked)
		}
		b.wantTunnelOptions(counts...)
	}
	want(4, 1, 1, 1, 1)
	want(1, 1, 1, 1)
	b.Clock().Advance(time.Hour)
	want(4, 1, 1, 1, 1)
}

// A request for tunnels that fails costs those, not what was read before it.
func TestTunnelsInPart(t *testing.T) {
	requests := 0
	var b *bench
	b = newBench(t, setup{model: "fusionhub-8.3", options: func(o *peplink.Options) {
		o.Observe = func(ctx context.Context, _ peplink.Exchange) {
			if ctx.Value(whose{}) == nil {
				return
			}
			if requests++; requests == 2 {
				b.SetFault(pepvpn, busy)
			}
		}
	}})
	_, told, err := b.tunnels(context.WithValue(t.Context(), whose{}, t.Name()))
	wantReason(t, err, pepvpn, peplink.ReasonAPI)
	wantEqual(t, "tunnels", 50, told)

	answer, err := b.client.Tunnels(t.Context(), []string{"1"})
	wantReason(t, err, pepvpn, peplink.ReasonAPI)
	if answer != nil {
		t.Errorf("answered %+v", answer)
	}
}

// A router that hands out its peers one at a time is not asked a thousand times.
func TestPagesOfOnePeer(t *testing.T) {
	pages := 0
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, grant) {
			_, _ = w.Write([]byte(`{"stat":"ok","response":{"accessToken":"t"}}`))
			return
		}
		pages++ // one peer more than before, and others again
		var peers []string
		for i := range 50 {
			peers = append(peers, fmt.Sprintf(`{"peerId":"1-%d"}`, i+pages))
		}
		_, _ = fmt.Fprintf(w, `{"stat":"ok","response":{"peer":[%s]}}`, strings.Join(peers, ","))
	})
	answer, err := client.PepVPN(t.Context(), 1000)
	ok(t, err)
	if pages > 23 || !answer.Value.PeersTruncated || len(answer.Value.Peers) != 49+pages {
		t.Errorf("%d pages, %d peers, truncated %v", pages, len(answer.Value.Peers), answer.Value.PeersTruncated)
	}
}
