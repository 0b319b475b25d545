package peplink

// What one answer may cost is bounded by what a router can be. What is beyond is skipped
// without being built, and counted as unreadable.
const (
	maxText     = 1 << 10 // bytes of a text, which is cut
	maxWANs     = 128
	maxSIMs     = 16   // of a modem
	maxRATs     = 8    // of a modem
	maxBands    = 64   // of a modem
	maxLinks    = 64   // of a peer
	maxProfiles = 4096 // and tunnels: a router may answer all, whatever was asked for
	maxLANs     = 512
	maxTexts    = 512 // of a list, such as the routes of a peer
	maxOthers   = 64
)

// most returns how many things of a kind, told by a pointer, a list may hold.
func (r *reader) most(kind any) int {
	switch kind.(type) {
	case *WAN, *WANAllowance, *WANLatency, *TrafficOf:
		return maxWANs
	case *SIM, *Allowance:
		return maxSIMs
	case *RAT:
		return maxRATs
	case *Band:
		return maxBands - r.bands
	case *Link, *LinkEnd:
		return maxLinks
	case *Profile, *Tunnel:
		return maxProfiles
	case *LAN, *SSID:
		return maxLANs
	case *Peer:
		return r.maxPeers
	case *Text:
		return maxTexts
	}
	return maxOthers
}
