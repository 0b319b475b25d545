package fleet

import (
	"context"
	"slices"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// calls are the calls that can be made of one router, each shared by its polls.
type calls struct {
	wans       call[peplink.WANConnections]
	allowances call[peplink.Allowances]
	pepvpn     call[peplink.PepVPN]
	tunnels    call[peplink.Tunnels]
	firmwares  call[peplink.Firmwares]
	system     call[peplink.SystemInfo]
	lans       call[peplink.LANs]
}

// forgetRefusals lets the router be asked again for what it refused.
func (c *calls) forgetRefusals() {
	for _, call := range []interface{ forgetRefusal() }{
		&c.wans, &c.allowances, &c.pepvpn, &c.tunnels, &c.firmwares, &c.system, &c.lans,
	} {
		call.forgetRefusal()
	}
}

func newCalls() calls {
	return calls{
		wans:       call[peplink.WANConnections]{endpoint: "status.wan.connection"},
		allowances: call[peplink.Allowances]{endpoint: "status.wan.connection.allowance"},
		pepvpn:     call[peplink.PepVPN]{endpoint: "status.pepvpn"},
		tunnels:    call[peplink.Tunnels]{endpoint: "status.pepvpn tunnel"},
		firmwares:  call[peplink.Firmwares]{endpoint: "info.firmware"},
		system:     call[peplink.SystemInfo]{endpoint: "status.system.info"},
		lans:       call[peplink.LANs]{endpoint: "status.lan.profile"},
	}
}

// allSteps are the steps of a poll that asks for every collector, in the order of asking.
func (p *poll) allSteps() []stepper {
	s, c := p.router.state, &p.router.calls
	p.wans = newStep(p, "wan", &c.wans, s.askWANs, collector.CollectWANs)
	allowances := newStep(p, "allowance", &c.allowances, s.askAllowances, collector.CollectAllowances)
	p.pepvpn = newStep(p, "pepvpn", &c.pepvpn, p.askPepVPN, collector.CollectPepVPN)
	return []stepper{
		p.wans, allowances, p.pepvpn, p.linkStep(p.pepvpn),
		newStep(p, "firmware", &c.firmwares, s.client.Firmwares, collector.CollectFirmwares),
		newStep(p, "system", &c.system, s.client.System, collector.CollectSystem),
		newStep(p, "lan", &c.lans, s.client.LANs, collector.CollectLANs),
	}
}

// askWANs notes the WANs too, for what depends on them beside their own collector.
func (s *state) askWANs(ctx context.Context) (*peplink.Answer[peplink.WANConnections], error) {
	answer, err := s.client.WANConnections(ctx)
	s.noteWANs(answer, err)
	return answer, err
}

func (s *state) askAllowances(ctx context.Context) (*peplink.Answer[peplink.Allowances], error) {
	return s.client.Allowances(ctx, s.cellularWANs)
}

func (p *poll) askPepVPN(ctx context.Context) (*peplink.Answer[peplink.PepVPN], error) {
	return p.router.client.PepVPN(ctx, p.router.Target.MaxPeers)
}

// linkStep asks for the tunnels to the peers that are connected: the others have none.
func (p *poll) linkStep(pepvpn *step[peplink.PepVPN]) stepper {
	peers := func() connected { return connectedPeers(pepvpn.answer.Value.Peers, p.router.Target.MaxLinkPeers) }
	tunnels := newStep(p, "pepvpn_link", &p.router.calls.tunnels,
		func(ctx context.Context) (*peplink.Answer[peplink.Tunnels], error) {
			return p.router.client.Tunnels(ctx, peers().ids)
		},
		func(tunnels *peplink.Tunnels, view *collector.View, into *collector.Families) {
			of := peers()
			collector.CollectLinks(&collector.Links{Tunnels: tunnels, Peers: of.byID, Truncated: of.truncated}, view, into)
		})
	tunnels.after = pepvpn
	return tunnels
}

// connected are the peers whose links are read.
type connected struct {
	ids       []string
	byID      map[string]*peplink.Peer
	truncated bool // there are more
}

func connectedPeers(peers []peplink.Peer, most int) connected {
	c := connected{byID: map[string]*peplink.Peer{}}
	for i := range peers {
		if !peers[i].IsConnected() {
			continue
		}
		if len(c.ids) == most {
			c.truncated = true
			break
		}
		id := peers[i].ID.String()
		c.ids = append(c.ids, id)
		c.byID[id] = &peers[i]
	}
	return c
}

// needed leaves of all steps those that some collectors need: their own, that of the WANs
// where samples bear the names of WANs, and that of the peers whose links are asked for.
func needed(steps []stepper, collectors []string) []stepper {
	need := slices.Clone(collectors)
	if slices.ContainsFunc(collectors, collector.NamesWANs) {
		need = append(need, "wan")
	}
	if slices.Contains(collectors, "pepvpn_link") {
		need = append(need, "pepvpn")
	}
	return slices.DeleteFunc(steps, func(s stepper) bool { return !slices.Contains(need, s.collector()) })
}
