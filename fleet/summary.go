package fleet

import (
	"time"

	"github.com/peplink-exporter/peplink_exporter/collector"
	"github.com/peplink-exporter/peplink_exporter/peplink"
)

// Summary is what a router keeps of its last poll, for people. What that poll did not ask
// for is as an earlier one found it.
type Summary struct {
	Began    time.Time // by the exporter's clock
	Duration time.Duration
	Up       bool
	Outcomes []collector.Outcome
	WANs     []WANSummary
	// Peers are those of SpeedFusion that were read.
	Peers, ConnectedPeers int
}

// WANSummary is the state of a WAN.
type WANSummary struct {
	Name  string // cleaned
	State string // a word of peplink_wan_state; "" where it is not known
}

// maxName is the length of a name on a page, in characters.
const maxName = 64

func (p *poll) summary(result *Result, before *Summary) *Summary {
	s := &Summary{}
	if before != nil {
		*s = *before
	}
	s.Began, s.Duration, s.Up, s.Outcomes = p.now, result.Duration, result.Up, result.Outcomes
	if answer := p.wans.answer; answer != nil {
		s.WANs = nil
		entries := answer.Value.Entries()
		for i := range entries {
			state, _ := collector.WANState(&entries[i].Value)
			s.WANs = append(s.WANs, WANSummary{Name: peplink.Clean(entries[i].Value.Name.String(), maxName), State: state})
		}
	}
	if answer := p.pepvpn.answer; answer != nil {
		s.Peers, s.ConnectedPeers = len(answer.Value.Peers), 0
		for i := range answer.Value.Peers {
			if answer.Value.Peers[i].IsConnected() {
				s.ConnectedPeers++
			}
		}
	}
	return s
}
