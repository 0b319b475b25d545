package peplink

import "encoding/json"

// Counter is a count that grows until what it counts starts anew. The router writes it as
// a number or as an array, whose elements are added up (field notes, status.pepvpn). A
// negative one is unreadable.
type Counter struct{ field[float64] }

// UnmarshalJSON implements [json.Unmarshaler].
func (c *Counter) UnmarshalJSON(data []byte) error {
	elements := []json.RawMessage{data}
	if data[0] == '[' && json.Unmarshal(data, &elements) != nil {
		elements = nil
	}
	c.field = field[float64]{}
	for _, element := range elements {
		count := number(element)
		value, ok := count.Value()
		if count.presence == unreadable || value < 0 {
			c.field = garbled[float64]()
			return nil
		}
		if ok {
			c.value += value
			c.presence = present
		}
	}
	return nil
}
