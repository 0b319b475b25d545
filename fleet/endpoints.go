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
	traffic    call[peplink.Traffic]
	latencies  call[peplink.Latencies]
	clients    call[peplink.Clients]
	ports      call[peplink.Ports]
	location   call[peplink.Location]
	ap         call[peplink.AccessPoint]
	ssids      call[peplink.SSIDs]
	simSlots   call[peplink.SIMSlots]
	wifi       call[peplink.WiFiResults]
}

// forgetRefusals lets the router be asked again for what it refused.
func (c *calls) forgetRefusals() {
	for _, call := range []interface{ forgetRefusal() }{
		&c.wans, &c.allowances, &c.pepvpn, &c.tunnels, &c.firmwares, &c.system, &c.lans,
		&c.traffic, &c.latencies, &c.clients, &c.ports, &c.location, &c.ap, &c.ssids, &c.simSlots, &c.wifi,
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
		traffic:    call[peplink.Traffic]{endpoint: "status.traffic"},
		latencies:  call[peplink.Latencies]{endpoint: "status.wan.latency"},
		clients:    call[peplink.Clients]{endpoint: "status.client"},
		ports:      call[peplink.Ports]{endpoint: "status.port"},
		location:   call[peplink.Location]{endpoint: "info.location"},
		ap:         call[peplink.AccessPoint]{endpoint: "cmd.ap"},
		ssids:      call[peplink.SSIDs]{endpoint: "config.ssid.profile"},
		simSlots:   call[peplink.SIMSlots]{endpoint: "cmd.wan.cellular"},
		wifi:       call[peplink.WiFiResults]{endpoint: "cmd.wifi.result"},
	}
}

// allSteps are the steps of a poll that asks for every collector, in the order of asking.
func (p *poll) allSteps() []stepper {
	s, c := p.router.state, &p.router.calls
	p.wans = newStep(p, "wan", &c.wans, s.askWANs, collector.CollectWANs)
	allowances := newStep(p, "allowance", &c.allowances, s.askAllowances, collector.CollectAllowances)
	p.pepvpn = newStep(p, "pepvpn", &c.pepvpn, p.askPepVPN, collector.CollectPepVPN)
	p.system = newStep(p, "system", &c.system, s.client.System, collector.CollectSystem)
	return []stepper{
		p.wans, allowances, p.pepvpn, p.linkStep(p.pepvpn),
		newStep(p, "traffic", &c.traffic, s.client.Traffic, collector.CollectTraffic),
		newStep(p, "firmware", &c.firmwares, s.client.Firmwares, collector.CollectFirmwares),
		p.system,
		newStep(p, "lan", &c.lans, s.client.LANs, collector.CollectLANs),
		newStep(p, "latency", &c.latencies, s.client.Latencies, collector.CollectLatencies),
		newStep(p, "clients", &c.clients, s.client.Clients, collector.CollectClients),
		newStep(p, "port", &c.ports, s.client.Ports, collector.CollectPorts),
		newStep(p, "location", &c.location, s.client.Location, collector.CollectLocation),
		newStep(p, "ap", &c.ap, s.client.AccessPoint, collector.CollectAccessPoint),
		newStep(p, "ssid", &c.ssids, s.client.SSIDs, collector.CollectSSIDs),
		newStep(p, "sim", &c.simSlots, s.askSIMSlots, collector.CollectSIMSlots),
		newStep(p, "wifi", &c.wifi, s.askWiFiResults, collector.CollectWiFiResults),
	}
}

// askWANs notes the WANs too, for what depends on them beside their own collector.
func (s *state) askWANs(ctx context.Context) (*peplink.Answer[peplink.WANConnections], error) {
	answer, err := s.client.WANConnections(ctx)
	s.noteWANs(answer, err)
	return answer, err
}

func (s *state) askAllowances(ctx context.Context) (*peplink.Answer[peplink.Allowances], error) {
	return s.client.Allowances(ctx, s.wansThat(isCellular))
}

func (s *state) askSIMSlots(ctx context.Context) (*peplink.Answer[peplink.SIMSlots], error) {
	ids, err := s.wansThat(isCellular)(ctx)
	if err != nil {
		return nil, err
	}
	return s.client.SIMSlots(ctx, ids)
}

func (s *state) askWiFiResults(ctx context.Context) (*peplink.Answer[peplink.WiFiResults], error) {
	ids, err := s.wansThat(isWiFi)(ctx)
	if err != nil {
		return nil, err
	}
	return s.client.WiFiResults(ctx, ids)
}

// askPepVPN asks for the tunnels to the peers that were connected in the last poll too, where
// they are needed in this one.
func (p *poll) askPepVPN(ctx context.Context) (*peplink.Answer[peplink.PepVPN], error) {
	target := p.router.Target
	var tunnelsOf []string
	if p.needsLinks && target.MinIntervalOf("pepvpn_link") == 0 {
		tunnelsOf = p.router.connectedPeers(target.MaxLinkPeers)
	}
	return p.router.client.PepVPN(ctx, target.MaxPeers, tunnelsOf...)
}

// linkStep asks for the tunnels to the peers that are connected: the others have none. What
// the peers tell of the links comes with them.
func (p *poll) linkStep(pepvpn *step[peplink.PepVPN]) stepper {
	peers := func() connected { return connectedPeers(pepvpn.answer.Value.Peers, p.router.Target.MaxLinkPeers) }
	ask := func(ctx context.Context) (*peplink.Answer[peplink.Tunnels], error) {
		ids := peers().ids
		p.router.noteConnected(ids)
		answered := &pepvpn.answer.Value
		if pepvpn.isKept() { // and so are the tunnels that came with it
			answered = &peplink.PepVPN{}
		}
		return p.router.client.TunnelsTo(ctx, ids, answered)
	}
	show := func(collect func(*collector.Links, *collector.View, *collector.Families)) func(*peplink.Tunnels, *collector.View, *collector.Families) {
		return func(tunnels *peplink.Tunnels, view *collector.View, into *collector.Families) {
			of := peers()
			collect(&collector.Links{Tunnels: tunnels, Peers: of.byID, Truncated: of.truncated}, view, into)
		}
	}
	tunnels := newStep(p, "pepvpn_link", &p.router.calls.tunnels, ask, show(collector.CollectLinks))
	tunnels.after = pepvpn
	p.remoteLinks = &echo[peplink.Tunnels]{step: tunnels, name: "pepvpn_remote", show: show(collector.CollectRemoteLinks)}
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
	if slices.Contains(collectors, "pepvpn_remote") {
		need = append(need, "pepvpn_link")
	}
	if slices.Contains(need, "pepvpn_link") {
		need = append(need, "pepvpn")
	}
	return slices.DeleteFunc(steps, func(s stepper) bool { return !slices.Contains(need, s.collector()) })
}
