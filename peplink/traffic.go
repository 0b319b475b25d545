package peplink

import "context"

// Traffic is the answer of status.traffic, which is not documented but widely present. Any
// of its sections may be missing (field notes, Other endpoints).
type Traffic struct {
	Rates    Keyed[TrafficOf, TrafficFacts[RateUnit]] `json:"bandwidth"` // of now, by connection id
	Volumes  Keyed[TrafficOf, TrafficFacts[DataUnit]] `json:"traffic"`   // since an unknown time, by connection id
	Lifetime Keyed[TrafficOf, TrafficFacts[DataUnit]] `json:"lifetime"`  // of the router, under TrafficOfAll
}

// TrafficOfAll is the id of what all WANs carry together.
const TrafficOfAll = "all"

// TrafficFacts stand beside the ids of a section.
type TrafficFacts[U any] struct{ Unit U }

// fact implements [facts].
func (f *TrafficFacts[U]) fact(key string) (into any, isFact bool) {
	switch key {
	case "unit":
		return &f.Unit, true
	case "timestamp", "datetime":
		return nil, true
	}
	return nil, false
}

// TrafficOf is the traffic of a WAN, or of all. Its details by protocol are not decoded.
type TrafficOf struct {
	Overall Object[Overall] `json:"overall"`
}

// Overall is traffic in both directions, in the unit of its section.
type Overall struct {
	Download Amount `json:"download"`
	Upload   Amount `json:"upload"`
}

// Traffic asks status.traffic (field notes, Other endpoints). Errors are an [*Error].
func (c *Client) Traffic(ctx context.Context) (*Answer[Traffic], error) {
	return get[Traffic](ctx, c, request{endpoint: "status.traffic"})
}
