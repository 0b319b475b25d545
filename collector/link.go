package collector

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var (
	linkTables       = []documented{&linkListTable, &linkTable}
	remoteLinkTables = []documented{&remoteLinkTable}
)

// Links are what is known of the links to a router's SpeedFusion peers.
type Links struct {
	Tunnels *peplink.Tunnels
	// Peers are those whose tunnels were asked for, by id.
	Peers map[string]*peplink.Peer
	// Truncated tells that there are more connected peers.
	Truncated bool
}

// CollectLinks adds the links of SpeedFusion tunnels. What was not asked for is left out.
func CollectLinks(links *Links, view *View, into *Families) {
	linkListTable.collect(links, into)
	for link := range links.all(view) {
		linkTable.collect(link, into)
	}
}

// CollectRemoteLinks adds the links of SpeedFusion tunnels as the peers tell of them.
func CollectRemoteLinks(links *Links, view *View, into *Families) {
	for local := range links.all(view) {
		remotes, unreadable := local.remote.Read()
		into.dropped += unreadable
		entries := remotes.Entries()
		for i := range entries {
			remote := newLink(&entries[i].Value, local.peer)
			remote.wanID, remote.wan = local.wanID, local.wan
			remote.remoteID, remote.remoteWAN = entries[i].ID, entries[i].Value.Name.String()
			remoteLinkTable.collect(remote, into)
		}
	}
}

// all yields the links of the peers that were asked for.
func (l *Links) all(view *View) iter.Seq[*link] {
	return func(yield func(*link) bool) {
		tunnels := l.Tunnels.Entries()
		for i := range tunnels {
			peer, asked := l.Peers[tunnels[i].ID]
			if !asked {
				continue
			}
			entries := tunnels[i].Value.Links.Entries()
			for j := range entries {
				link := newLink(&entries[j].Value.LinkEnd, peer)
				link.remote, link.wanID, link.wan = &entries[j].Value.Remote, entries[j].ID, link.Name.String()
				if known, ok := view.WANs[link.wanID]; ok {
					link.wan = known.Name
				}
				if !yield(link) {
					return
				}
			}
		}
	}
}

// link is the part of a tunnel that runs over one WAN, as one end tells of it and as the
// tables see it.
type link struct {
	*peplink.LinkEnd
	receive    *peplink.ReceivePackets
	transmit   *peplink.TransmitPackets
	peer       *peplink.Peer
	wanID, wan string
	state      string
	silent     bool // in a state in which the rest says nothing

	remote              *peplink.RemoteLinks // of this end
	remoteID, remoteWAN string               // of the other end
}

func newLink(end *peplink.LinkEnd, peer *peplink.Peer) *link {
	state := linkState(end.State.String())
	return &link{
		LinkEnd:  end,
		receive:  end.Receive.OrZero().Packets.OrZero(),
		transmit: end.Transmit.OrZero().Packets.OrZero(),
		peer:     peer,
		state:    state, silent: state == "wan_disabled" || state == "invalid",
	}
}

func (l *link) labels() []string {
	return []string{l.peer.ID.String(), l.peer.Name.String(), l.wanID, l.wan}
}

func (l *link) remoteLabels() []string { return append(l.labels(), l.remoteID, l.remoteWAN) }

// linkStates are the states of a link by their spelling without anything but letters.
// Routers and the API document write them in several ways (field notes, status.pepvpn).
var linkStates = map[string]string{
	"ACTIVE": "active", "PACTIV": "active_p", "DACTIV": "active_d", "UACTIV": "active_u",
	"PSUSPD": "suspended_p", "DSUSPD": "suspended_d", "USUSPD": "suspended_u",
	"STANDBY": "standby", "STATNDBY": "standby",
	"COLD": "cold", "DETECTING": "detecting", "FAILURE": "failure", "INVALID": "invalid",
	"REMOTEFAILURE": "remote_failure", "WANDOWN": "wan_down", "WANDISABLED": "wan_disabled",
}

func linkState(text string) string {
	letters := strings.Map(func(r rune) rune {
		if r < 'A' || r > 'Z' {
			return -1
		}
		return r
	}, strings.ToUpper(text))
	if state, known := linkStates[letters]; known {
		return state
	}
	return stateWord(text)
}

func (l *link) isUp() bool { return l.state == "active" || strings.HasPrefix(l.state, "active_") }

var linkListTable = newTable(nil, nil,
	gauge("peplink_pepvpn_links_truncated", "Whether there are more connected peers than the configured max_link_peers.", "peer[].status",
		func(l *Links) (float64, bool) { return oneIf(l.Truncated), true }),
)

var linkTable = newTable(slices.Concat(peerLabels, wanLabels), (*link).labels,
	linkRows("peplink_pepvpn_link", "", "tunnel.<peer>.<wan>.")...)

var remoteLinkTable = newTable(slices.Concat(peerLabels, wanLabels, []string{"remote_wan_id", "remote_wan"}), (*link).remoteLabels,
	linkRows("peplink_pepvpn_remote_link", " As the peer tells it.", "tunnel.<peer>.<wan>.remote.<wan>.")...)

// linkRows are the rows of a link, as one end tells of it.
func linkRows(prefix, asTold, source string) []metric[link] {
	number := func(name, help, field string, value func(*link) (float64, bool)) metric[link] {
		return gauge(prefix+name, help+asTold, source+field, func(l *link) (float64, bool) {
			n, ok := value(l)
			return n, ok && !l.silent
		})
	}
	count := func(name, help, field string, value func(*peplink.LinkEnd) (float64, bool)) metric[link] {
		return asCounter(number(name, help, field, func(l *link) (float64, bool) { return value(l.LinkEnd) }))
	}
	received := func(kind, help, field string, packets func(*peplink.ReceivePackets) peplink.Counter) metric[link] {
		return asCounter(number("_receive_"+kind+"_packets_total", help, "receive.packet."+field,
			func(l *link) (float64, bool) { return packets(l.receive).Value() }))
	}
	sent := func(kind, help, field string, packets func(*peplink.TransmitPackets) peplink.Counter) metric[link] {
		return asCounter(number("_transmit_"+kind+"_packets_total", help, "transmit.packet."+field,
			func(l *link) (float64, bool) { return packets(l.transmit).Value() }))
	}
	return []metric[link]{
		oneOf(slices.Compact(slices.Sorted(maps.Values(linkStates))),
			info(prefix+"_state_info", "State of the link; only the current one is shown."+asTold, source+"state", []string{"state"},
				func(l *link) ([]string, bool) { return anyOf(l.state) })),
		number("_up", "Whether the link is in an active state.", "state",
			func(l *link) (float64, bool) { return oneIf(l.isUp()), l.state != "" }),
		number("_priority", "Priority of the link.", "priority",
			func(l *link) (float64, bool) { return l.Priority.Value() }),
		number("_rtt_seconds", "Round trip time of the link while it is up.", "rtt",
			func(l *link) (float64, bool) {
				milliseconds, ok := l.RTT.Value()
				return milliseconds / float64(time.Second/time.Millisecond), ok && l.isUp()
			}),
		count("_receive_bytes_total", "Bytes received over the link since the tunnel came up.", "receive.byte or rx", (*peplink.LinkEnd).ReceivedBytes),
		count("_transmit_bytes_total", "Bytes sent over the link since the tunnel came up.", "transmit.byte or tx", (*peplink.LinkEnd).TransmittedBytes),
		count("_lost_packets_total", "Packets lost on the link, where the firmware does not tell the direction.", "loss", (*peplink.LinkEnd).LostPackets),
		received("wan", "Packets received from the WAN.", "wan", func(p *peplink.ReceivePackets) peplink.Counter { return p.WAN }),
		received("forwarded", "Received packets that were passed on.", "forward", func(p *peplink.ReceivePackets) peplink.Counter { return p.Forwarded }),
		received("fragmented", "Received packets that were fragments.", "fragment", func(p *peplink.ReceivePackets) peplink.Counter { return p.Fragmented }),
		received("lost", "Packets that were lost on the way to the router.", "loss", func(p *peplink.ReceivePackets) peplink.Counter { return p.Lost }),
		received("out_of_order", "Packets received out of order.", "outOfOrder", func(p *peplink.ReceivePackets) peplink.Counter { return p.OutOfOrder }),
		received("recovered", "Lost packets that forward error correction brought back.", "recover", func(p *peplink.ReceivePackets) peplink.Counter { return p.Recovered }),
		received("discarded", "Received packets that were thrown away.", "discard", func(p *peplink.ReceivePackets) peplink.Counter { return p.Discarded }),
		sent("wan", "Packets sent to the WAN.", "wan", func(p *peplink.TransmitPackets) peplink.Counter { return p.WAN }),
		sent("forwarded", "Sent packets that were passed on.", "forward", func(p *peplink.TransmitPackets) peplink.Counter { return p.Forwarded }),
		sent("fragmented", "Sent packets that were fragments.", "fragment", func(p *peplink.TransmitPackets) peplink.Counter { return p.Fragmented }),
		sent("lost", "Packets that were lost on the way from the router.", "loss", func(p *peplink.TransmitPackets) peplink.Counter { return p.Lost }),
		sent("out_of_order", "Packets that were sent out of order.", "outOfOrder", func(p *peplink.TransmitPackets) peplink.Counter { return p.OutOfOrder }),
		sent("fec", "Packets of forward error correction that were sent.", "fec", func(p *peplink.TransmitPackets) peplink.Counter { return p.FEC }),
		sent("redundant", "Packets that were sent once more over another link.", "redundant", func(p *peplink.TransmitPackets) peplink.Counter { return p.Redundant }),
	}
}
