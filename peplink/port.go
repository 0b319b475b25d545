package peplink

import (
	"cmp"
	"context"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

const portEndpoint = "status.port"

// Ports is the answer of status.port: the Ethernet ports by number (field notes, Learned
// since).
type Ports struct {
	LAN PortList `json:"lan"`
	WAN PortList `json:"wan"`
}

// PortList is ports of one kind by number.
type PortList = Keyed[Port, PortFacts]

// PortFacts stand beside the numbers of ports.
type PortFacts struct{}

// fact implements [facts].
func (*PortFacts) fact(key string) (into any, isFact bool) { return nil, key == "asLan" }

// Port is an Ethernet port.
type Port struct {
	Name   Text      `json:"name"`
	Enable Bool      `json:"enable"`
	LinkUp Bool      `json:"linkUp"`
	Speed  PortSpeed `json:"speed"`
}

// PortSpeed is a speed such as "1000FD": megabits per second, full or half duplex.
type PortSpeed struct{ field[portSpeed] }

type portSpeed struct {
	bits float64 // per second
	full bool
}

var portSpeedText = regexp.MustCompile(`^([0-9]{1,7})([FH])D$`)

// readFrom implements [loose].
func (p *PortSpeed) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &p.field, func(s scalar) field[portSpeed] {
		parts := portSpeedText.FindSubmatch(s.text)
		if s.kind != jsontext.KindString || parts == nil {
			return garbled[portSpeed]()
		}
		megabits, err := strconv.ParseFloat(string(parts[1]), 64)
		if err != nil {
			return garbled[portSpeed]()
		}
		return found(portSpeed{bits: megabits * 1e6, full: parts[2][0] == 'F'})
	})
}

// BitsPerSecond returns the speed.
func (p PortSpeed) BitsPerSecond() (float64, bool) { return p.value.bits, p.presence == present }

// FullDuplex tells whether the port sends and receives at once.
func (p PortSpeed) FullDuplex() (full, ok bool) { return p.value.full, p.presence == present }

// Ports asks status.port or, of firmware that refuses that, status.port.lan and
// status.port.wan, each of which answers one half. When one of those fails, what the other
// told is returned with the error, which is an [*Error]; when both are refused, it is that
// of the first request.
func (c *Client) Ports(ctx context.Context) (*Answer[Ports], error) {
	answer, refusal := getUnlessRefused[Ports](ctx, c, portEndpoint)
	if !isFinal(refusal) {
		return answer, refusal
	}
	lan, err := getUnlessRefused[PortList](ctx, c, portEndpoint+".lan")
	if err != nil && !isFinal(err) {
		return nil, err
	}
	wan, wanErr := getUnlessRefused[PortList](ctx, c, portEndpoint+".wan")
	if lan == nil && wan == nil {
		return nil, refusal
	}
	c.dialects.remember(portEndpoint, refusal)
	answer = &Answer[Ports]{}
	if lan != nil {
		answer.Value.LAN, answer.Unreadable = lan.Value, lan.Unreadable
	}
	if wan != nil {
		answer.Value.WAN = wan.Value
		answer.Unreadable += wan.Unreadable
	}
	return answer, cmp.Or(err, wanErr)
}

// getUnlessRefused asks an endpoint that the router is not known to refuse.
func getUnlessRefused[T any](ctx context.Context, c *Client, endpoint string) (*Answer[T], error) {
	if err := c.dialects.refusal(endpoint); err != nil {
		return nil, err
	}
	answer, err := get[T](ctx, c, request{endpoint: endpoint})
	if isRefusal(err) {
		c.dialects.remember(endpoint, err)
	}
	return answer, err
}
