package fleet_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/fleet"
)

// links are what two polls of the same answers must agree on.
func links(t *testing.T, result *fleet.Result) []string {
	t.Helper()
	return values(t, result, "pepvpn_peers", "pepvpn_link_up", "pepvpn_link_receive_bytes_total", "scrape_unreadable_fields")
}

// The tunnels to peers that were connected in the last poll come with the peers.
func TestPeersAndTunnelsTogether(t *testing.T) {
	router := simulation(t, hd2)
	collectors := []string{"pepvpn", "pepvpn_link"}
	first := router.poll(t.Context(), collectors...)
	wantReasons(t, first)
	router.wantCount(pepvpnEndpoint, 2)
	for n := range 2 {
		again := router.poll(t.Context(), collectors...)
		wantReasons(t, again)
		router.wantCount(pepvpnEndpoint, 3+n)
		if diff := cmp.Diff(links(t, first), links(t, again)); diff != "" {
			t.Errorf("(-apart +together):\n%s", diff)
		}
	}
	// Who needs no links asks for none.
	wantReasons(t, router.poll(t.Context(), "pepvpn"))
	if asked := router.params(pepvpnEndpoint, "infoType"); asked[len(asked)-1] != "profile peer" {
		t.Errorf("asked for %q", asked)
	}
}

// A peer that connects is asked for apart, once; one that is gone is shown no more.
func TestPeersThatComeAndGo(t *testing.T) {
	router := simulation(t, hd2)
	router.change(pepvpnEndpoint, "/peer/0/status", "START")
	wantReasons(t, router.poll(t.Context(), "pepvpn_link"))
	router.wantCount(pepvpnEndpoint, 1)
	router.change(pepvpnEndpoint, "/peer/0/status", "CONNECTED")
	come := router.poll(t.Context(), "pepvpn_link")
	router.wantCount(pepvpnEndpoint, 3)
	if len(values(t, come, "pepvpn_link_up")) == 0 {
		t.Error("no links of the peer that came")
	}
	router.change(pepvpnEndpoint, "/peer/0/status", "START")
	gone := router.poll(t.Context(), "pepvpn_link")
	router.wantCount(pepvpnEndpoint, 4)
	if shown := values(t, gone, "pepvpn_link_up", "pepvpn_link_state_info"); len(shown) > 0 {
		t.Errorf("shown of the peer that is gone: %q", shown)
	}
}

// Where the peers are kept, the tunnels are of now all the same.
func TestTunnelsBesideKeptPeers(t *testing.T) {
	router := simulation(t, hd2)
	wantReasons(t, router.poll(t.Context(), "pepvpn_link"))
	router.target.MinInterval = map[string]time.Duration{"pepvpn": time.Hour}
	wantReasons(t, router.poll(t.Context(), "pepvpn_link")) // which is kept, tunnels and all
	router.ClearRequests()
	router.change(pepvpnEndpoint, "/tunnel/1-1/wan/1/rtt", 777)
	result := router.poll(t.Context(), "pepvpn_link")
	wantReasons(t, result)
	router.wantCount(pepvpnEndpoint, 1)
	found := false
	for _, sample := range values(t, result, "pepvpn_link_rtt_seconds") {
		found = found || sample[len(sample)-len(" 0.777"):] == " 0.777"
	}
	if !found {
		t.Errorf("%q, want the round trip time of now", values(t, result, "pepvpn_link_rtt_seconds"))
	}
}
