package peplink_test

import "testing"

// What a router leaves out where peers and tunnels are asked for together is asked for
// apart, and so from then on.
func TestPeersAndTunnelsApart(t *testing.T) {
	const (
		together = "status.pepvpn profile peer tunnel"
		apart    = "status.pepvpn profile peer"
		tunnels  = "status.pepvpn tunnel"
	)
	peers := good(`{"profile":{},"peer":[{"peerId":"1-1","status":"CONNECTED"}]}`)
	links := good(`{"tunnel":{"1-1":{"1":{"state":"ACTIVE"}}}}`)
	for name, test := range map[string]struct {
		response      string
		first, second []string
	}{
		"in one":                 {good(`{"profile":{},"peer":[{"peerId":"1-1","status":"CONNECTED"}],"tunnel":{"1-1":{"1":{"state":"ACTIVE"}}}}`), []string{together}, []string{together}},
		"tunnels left out":       {peers, []string{together, tunnels}, []string{apart, tunnels}},
		"peers left out":         {links, []string{together, apart, tunnels}, []string{apart, tunnels}},
		"refused":                {`{"stat":"fail","message":"unknown function"}`, []string{together, apart, tunnels}, []string{apart, tunnels}},
		"refused in other words": {`{"stat":"fail","code":3,"message":"invalid infoType"}`, []string{together, apart, tunnels}, []string{apart, tunnels}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFewEndpoints(t, map[string]string{together: test.response, apart: peers, tunnels: links})
			for _, want := range [][]string{test.first, test.second} {
				answer, err := f.client.PepVPN(t.Context(), 10, "1-1")
				ok(t, err)
				wantEqual(t, "peers", 1, len(answer.Value.Peers))
				told, err := f.client.TunnelsTo(t.Context(), []string{"1-1"}, &answer.Value)
				ok(t, err)
				wantEqual(t, "tunnels", 1, len(told.Value.Entries()))
				f.wantAsked(t, want...)
			}
		})
	}
}

// What is unreadable of the tunnels counts with them.
func TestUnreadableOfTunnelsTogether(t *testing.T) {
	f := newFewEndpoints(t, map[string]string{
		"status.pepvpn profile peer tunnel": good(`{"peer":[{"peerId":"1-1","secure":"x"}],"tunnel":{"1-1":{"1":{"priority":"x","rtt":true}}}}`),
	})
	answer, err := f.client.PepVPN(t.Context(), 10, "1-1")
	ok(t, err)
	wantEqual(t, "of the peers", 1, answer.Unreadable)
	told, err := f.client.TunnelsTo(t.Context(), []string{"1-1"}, &answer.Value)
	ok(t, err)
	wantEqual(t, "of the tunnels", 2, told.Unreadable)
}
