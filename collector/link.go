package collector

import (
	"slices"
	"strings"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink"
)

var linkTables = []documented{&linkListTable, &linkTable}

// Links are what is known of the links to a router's SpeedFusion peers.
type Links struct {
	Tunnels *peplink.Tunnels
	// Peers are those whose tunnels were asked for, by id.
	Peers map[string]*peplink.Peer
	// Truncated tells that there are more connected peers.
	Truncated bool
}

// link is the part of a tunnel that runs over one WAN, as the tables see it.
type link struct {
	*peplink.Link
	receive    *peplink.ReceivePackets
	transmit   *peplink.TransmitPackets
	peer       *peplink.Peer
	wanID, wan string
	state      string
	silent     bool // in a state in which the rest says nothing
}

func (l *link) labels() []string {
	return []string{l.peer.ID.String(), l.peer.Name.String(), l.wanID, l.wan}
}

// CollectLinks adds the links of SpeedFusion tunnels. What was not asked for is left out.
func CollectLinks(links *Links, view *View, into *Families) {
	linkListTable.collect(links, into)
	tunnels := links.Tunnels.Entries()
	for i := range tunnels {
		peer, asked := links.Peers[tunnels[i].ID]
		if !asked {
			continue
		}
		entries := tunnels[i].Value.Links.Entries()
		for i := range entries {
			linkTable.collect(newLink(&entries[i], peer, view), into)
		}
	}
}

func newLink(entry *peplink.Entry[peplink.Link], peer *peplink.Peer, view *View) *link {
	name, known := view.WANNames[entry.ID]
	if !known {
		name = entry.Value.Name.String()
	}
	state := linkState(entry.Value.State.String())
	return &link{
		Link:     &entry.Value,
		receive:  entry.Value.Receive.OrZero().Packets.OrZero(),
		transmit: entry.Value.Transmit.OrZero().Packets.OrZero(),
		peer:     peer, wanID: entry.ID, wan: name,
		state: state, silent: state == "wan_disabled" || state == "invalid",
	}
}

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
	info("peplink_pepvpn_link_state_info", "State of the link; only the current one is shown.", "tunnel.<peer>.<wan>.state", []string{"state"},
		func(l *link) ([]string, bool) { return anyOf(l.state) }),
	linkGauge("peplink_pepvpn_link_up", "Whether the link is in an active state.", "state",
		func(l *link) (float64, bool) { return oneIf(l.isUp()), l.state != "" }),
	linkGauge("peplink_pepvpn_link_priority", "Priority of the link.", "priority",
		func(l *link) (float64, bool) { return l.Priority.Value() }),
	linkGauge("peplink_pepvpn_link_rtt_seconds", "Round trip time of the link while it is up.", "rtt",
		func(l *link) (float64, bool) {
			milliseconds, ok := l.RTT.Value()
			return milliseconds / float64(time.Second/time.Millisecond), ok && l.isUp()
		}),
	linkCounter("peplink_pepvpn_link_receive_bytes_total", "Bytes received over the link since the tunnel came up.", "receive.byte or rx", (*peplink.Link).ReceivedBytes),
	linkCounter("peplink_pepvpn_link_transmit_bytes_total", "Bytes sent over the link since the tunnel came up.", "transmit.byte or tx", (*peplink.Link).TransmittedBytes),
	linkCounter("peplink_pepvpn_link_lost_packets_total", "Packets lost on the link, where the firmware does not tell the direction.", "loss", (*peplink.Link).LostPackets),
	received("wan", "Packets received from the WAN.", "wan", func(p *peplink.ReceivePackets) peplink.Counter { return p.WAN }),
	received("forwarded", "Received packets that were passed on.", "forward", func(p *peplink.ReceivePackets) peplink.Counter { return p.Forwarded }),
	received("fragmented", "Received packets that were fragments.", "fragment", func(p *peplink.ReceivePackets) peplink.Counter { return p.Fragmented }),
	received("lost", "Packets that were lost on the way to the router.", "loss", func(p *peplink.ReceivePackets) peplink.Counter { return p.Lost }),
	received("out_of_order", "Packets received out of order.", "outOfOrder", func(p *peplink.ReceivePackets) peplink.Counter { return p.OutOfOrder }),
	received("recovered", "Lost packets that forward error correction brought back.", "recover", func(p *peplink.ReceivePackets) peplink.Counter { return p.Recovered }),
	received("discarded", "Received packets that were thrown away.", "discard", func(p *peplink.ReceivePackets) peplink.Counter { return p.Discarded }),
	transmitted("wan", "Packets sent to the WAN.", "wan", func(p *peplink.TransmitPackets) peplink.Counter { return p.WAN }),
	transmitted("forwarded", "Sent packets that were passed on.", "forward", func(p *peplink.TransmitPackets) peplink.Counter { return p.Forwarded }),
	transmitted("fragmented", "Sent packets that were fragments.", "fragment", func(p *peplink.TransmitPackets) peplink.Counter { return p.Fragmented }),
	transmitted("lost", "Packets that were lost on the way from the router.", "loss", func(p *peplink.TransmitPackets) peplink.Counter { return p.Lost }),
	transmitted("out_of_order", "Packets that were sent out of order.", "outOfOrder", func(p *peplink.TransmitPackets) peplink.Counter { return p.OutOfOrder }),
	transmitted("fec", "Packets of forward error correction that were sent.", "fec", func(p *peplink.TransmitPackets) peplink.Counter { return p.FEC }),
	transmitted("redundant", "Packets that were sent once more over another link.", "redundant", func(p *peplink.TransmitPackets) peplink.Counter { return p.Redundant }),
)

// linkGauge is a row of a link that says something in its state.
func linkGauge(name, help, source string, value func(*link) (float64, bool)) metric[link] {
	return gauge(name, help, "tunnel.<peer>.<wan>."+source, func(l *link) (float64, bool) {
		n, ok := value(l)
		return n, ok && !l.silent
	})
}

func linkCounter(name, help, source string, value func(*peplink.Link) (float64, bool)) metric[link] {
	return asCounter(linkGauge(name, help, source, func(l *link) (float64, bool) { return value(l.Link) }))
}

func received(kind, help, source string, count func(*peplink.ReceivePackets) peplink.Counter) metric[link] {
	return asCounter(linkGauge("peplink_pepvpn_link_receive_"+kind+"_packets_total", help, "receive.packet."+source,
		func(l *link) (float64, bool) { return count(l.receive).Value() }))
}

func transmitted(kind, help, source string, count func(*peplink.TransmitPackets) peplink.Counter) metric[link] {
	return asCounter(linkGauge("peplink_pepvpn_link_transmit_"+kind+"_packets_total", help, "transmit.packet."+source,
		func(l *link) (float64, bool) { return count(l.transmit).Value() }))
}
