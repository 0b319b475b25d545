package peplink

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// Latencies is the answer of status.wan.latency, which is not documented: how long answers
// take over each WAN, by connection id (field notes, Other endpoints).
type Latencies = Keyed[WANLatency, OnlyOrder]

// WANLatency is how long answers take over a WAN.
type WANLatency struct {
	Latency Object[LatencyPoints] `json:"latency"`
}

// LatencyPoints are the measurements of a WAN. Those from before it went down stay.
type LatencyPoints struct {
	Data Points `json:"data"` // milliseconds; absent or 0 for no answer
}

// pointsKept is how many of a WAN's measurements are looked at.
const pointsKept = 6

// Points are the newest of a list of measurements, the newest at the end.
type Points struct{ kept []Amount }

// Last returns the newest measurement, if it brought an answer.
func (p *Points) Last() (float64, bool) {
	if len(p.kept) == 0 {
		return 0, false
	}
	value, ok := p.kept[len(p.kept)-1].Value()
	return value, ok && value > 0
}

// Unanswered returns how many measurements brought no answer, of how many that are
// readable.
func (p *Points) Unanswered() (count, of int) {
	for _, point := range p.kept {
		switch {
		case point.presence == unreadable:
			continue
		case point.value == 0:
			count++
		}
		of++
	}
	return count, of
}

// readFrom implements [loose].
func (p *Points) readFrom(r *reader, dec *jsontext.Decoder) error {
	*p = Points{}
	if presence, err := r.enter(dec, jsontext.KindBeginArray); presence != present {
		return err
	}
	return r.elements(dec, func(int) error {
		if len(p.kept) == pointsKept {
			p.kept = append(p.kept[:0], p.kept[1:]...)
		}
		var point Amount
		err := point.readFrom(r, dec)
		p.kept = append(p.kept, point)
		return err
	})
}

// Latencies asks status.wan.latency (field notes, Other endpoints). Errors are an [*Error].
func (c *Client) Latencies(ctx context.Context) (*Answer[Latencies], error) {
	return get[Latencies](ctx, c, request{endpoint: "status.wan.latency"})
}
