package fleet_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// tunnelOptions is how many peers each request for tunnels was about.
func (s *simulated) tunnelOptions() []int {
	var counts []int
	for _, asked := range s.params(pepvpnEndpoint, "tunnelOption") {
		if asked != "" {
			counts = append(counts, 1+strings.Count(asked, "&"))
		}
	}
	return counts
}

func wantInts(t *testing.T, what string, got []int, want ...int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}

// Long lists come page by page, up to a number of peers, and tell when there are more.
func TestPeersPageByPage(t *testing.T) {
	for name, test := range map[string]struct {
		most, shown int
		truncated   string
		starts      []string
		sizes       []string
	}{
		"all":         {1000, 260, "0", []string{"0", "250"}, []string{"250", "250"}},
		"exactly all": {260, 260, "0", []string{"0", "250"}, []string{"250", "11"}},
		"one fewer":   {259, 259, "1", []string{"0", "250"}, []string{"250", "10"}},
		"one page":    {250, 250, "1", []string{"0", "250"}, []string{"250", "1"}},
		"few":         {10, 10, "1", []string{"0"}, []string{"11"}},
		"none":        {0, 0, "1", []string{"0"}, []string{"1"}},
	} {
		t.Run(name, func(t *testing.T) {
			router := simulation(t, "fusionhub-8.3")
			router.target.MaxPeers = test.most
			result := router.poll(t.Context(), "pepvpn")
			wantReasons(t, result)
			wantValues(t, result, []string{"pepvpn_profiles", "pepvpn_peers_truncated"},
				"pepvpn_peers_truncated "+test.truncated, "pepvpn_profiles 4")
			if got := len(family(t, parse(t, exposition(t, result)), "peplink_pepvpn_peer_up", "peer_id")); got != test.shown {
				t.Errorf("%d peers, want %d", got, test.shown)
			}
			sizes := router.params(pepvpnEndpoint, "size")
			wantParams(t, router, pepvpnEndpoint, "start", test.starts...)
			if strings.Join(sizes, " ") != strings.Join(test.sizes, " ") {
				t.Errorf("sizes %v, want %v", sizes, test.sizes)
			}
		})
	}
}

// afterOne lets one request for peers be answered, and gives the fault to those after it.
func (s *simulated) afterOne(fault peplinktest.Fault) {
	s.t.Helper()
	s.hangs(pepvpnEndpoint)
	s.SetFault(pepvpnEndpoint, fault) // the one that hangs goes on soundly
}

// When a page fails, those before it are shown.
func TestPageFails(t *testing.T) {
	for reason, fault := range map[string]peplinktest.Fault{
		"http": {Status: 500}, "api": {Fail: &peplinktest.Fail{Code: new(9), Message: "no"}},
		"timeout": {Hang: true},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel() // one takes its time
			router := simulation(t, "fusionhub-8.3")
			router.SetFault(pepvpnEndpoint, once)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			results := router.begin(ctx, "pepvpn")
			router.afterOne(fault)
			result := <-results
			wantReasons(t, result, "pepvpn "+reason)
			if got := len(family(t, parse(t, exposition(t, result)), "peplink_pepvpn_peer_up", "peer_id")); got != 250 {
				t.Errorf("%d peers, want those of the first page", got)
			}
			router.ClearFault(pepvpnEndpoint)
			wantReasons(t, router.poll(t.Context(), "pepvpn"))
		})
	}
}

// Tunnels are asked for at most 25 peers a request, of connected peers up to a number.
func TestLinksInBatches(t *testing.T) {
	for name, test := range map[string]struct {
		most      int
		truncated string
		batches   []int
	}{
		"all connected": {237, "0", []int{25, 25, 25, 25, 25, 25, 25, 25, 25, 12}},
		"one fewer":     {236, "1", []int{25, 25, 25, 25, 25, 25, 25, 25, 25, 11}},
		"few":           {30, "1", []int{25, 5}},
		"none":          {0, "1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			router := simulation(t, "fusionhub-8.3")
			router.target.MaxLinkPeers = test.most
			result := router.poll(t.Context(), "pepvpn", "pepvpn_link")
			wantReasons(t, result)
			wantValues(t, result, []string{"pepvpn_links_truncated"}, "pepvpn_links_truncated "+test.truncated)
			wantInts(t, "peers a request", router.tunnelOptions(), test.batches...)
			peers := map[string]bool{}
			for _, sample := range parse(t, exposition(t, result)) {
				if sample.Metric["__name__"] == "peplink_pepvpn_link_up" {
					peers[string(sample.Metric["peer_id"])] = true
				}
			}
			if len(peers) != test.most {
				t.Errorf("links of %d peers, want of %d", len(peers), test.most)
			}
		})
	}
}

// A router that answers one tunnel a request is asked so. That it does is remembered.
func TestLinksOneByOne(t *testing.T) {
	router := simulation(t, "balance-8.0")
	shown := 0
	for n, want := range [][]int{{4, 1, 1, 1, 1}, {1, 1, 1, 1}} {
		result := router.poll(t.Context(), "pepvpn_link")
		wantReasons(t, result)
		wantInts(t, "peers a request", router.tunnelOptions(), want...)
		got := len(values(t, result, "pepvpn_link_up"))
		if got < 4 || n > 0 && got != shown {
			t.Errorf("%d links at poll %d, %d before", got, n, shown)
		}
		shown = got
		router.ClearRequests()
	}
	router.Clock().Advance(time.Hour)
	wantReasons(t, router.poll(t.Context(), "pepvpn_link"))
	wantInts(t, "peers a request", router.tunnelOptions(), 4, 1, 1, 1) // one of the four came with the peers
}

// A request for tunnels that fails costs those, not what was read before it.
func TestLinksInPart(t *testing.T) {
	router := simulation(t, "fusionhub-8.3")
	router.SetFault(pepvpnEndpoint, once)
	results := router.begin(t.Context(), "pepvpn", "pepvpn_link")
	router.afterOne(once)                           // a page of peers
	router.afterOne(once)                           // another
	router.afterOne(peplinktest.Fault{Status: 500}) // tunnels
	result := <-results
	wantReasons(t, result, "pepvpn_link http")
	if len(values(t, result, "pepvpn_link_up")) == 0 {
		t.Error("no link is shown")
	}
	wantInts(t, "peers a request", router.tunnelOptions(), 25, 25)
}

// A router without tunnels in its API is not asked for them in vain.
func TestRefusedLinks(t *testing.T) {
	router := simulation(t, hd2)
	router.SetFault(pepvpnEndpoint, once)
	router.target.MinInterval = all("pepvpn")
	first := router.begin(t.Context(), "pepvpn", "pepvpn_link")
	router.afterOne(refusals["unsupported"])
	wantReasons(t, <-first, "pepvpn_link unsupported")
	for range 10 {
		wantReasons(t, router.keeping(all("pepvpn"), "pepvpn", "pepvpn_link"), "pepvpn_link unsupported")
	}
	router.wantCount(pepvpnEndpoint, 2)
}
