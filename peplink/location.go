package peplink

import "context"

// Location is the answer of info.location: where the router is. The position stands in an
// object of its own or, with some firmware, flat beside gps (field notes, Other endpoints).
type Location struct {
	GPS    Bool             `json:"gps"` // there is a fix; without one the position may be an old one
	Nested Object[Position] `json:"location"`
	Position
}

// Position is a point on earth. Speed, heading and dilution of precision are not decoded.
type Position struct {
	Latitude  Number `json:"latitude"`  // degrees
	Longitude Number `json:"longitude"` // degrees
	Altitude  Number `json:"altitude"`  // metres
	Timestamp Number `json:"timestamp"` // of the fix, unix seconds
}

// Here returns the position, wherever it stands.
func (l *Location) Here() *Position {
	if position, ok := l.Nested.Value(); ok {
		return position
	}
	return &l.Position
}

// Location asks info.location (field notes, Other endpoints). Errors are an [*Error].
func (c *Client) Location(ctx context.Context) (*Answer[Location], error) {
	return get[Location](ctx, c, request{endpoint: "info.location"})
}
