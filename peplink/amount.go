package peplink

import "github.com/go-json-experiment/json/jsontext"

// Amount is a number of which there cannot be less than nothing: a negative one is
// unreadable.
type Amount struct{ field[float64] }

// readFrom implements [loose].
func (a *Amount) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &a.field, scalar.count)
}

// RateUnit is the unit in which a router tells rates. Their bits go by the thousand (field
// notes, Other endpoints).
type RateUnit struct{ field[float64] }

// readFrom implements [loose].
func (u *RateUnit) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &u.field, func(s scalar) field[float64] {
		switch string(s.text) {
		case "kbps":
			return found[float64](kilobit)
		case "Mbps":
			return found[float64](1000 * kilobit)
		}
		return garbled[float64]()
	})
}

// kilobit is the size of a kilobit in bytes.
const kilobit = 1000 / 8

// Bytes returns the size of the unit in bytes per second, that of kbps where the router
// names none.
func (u RateUnit) Bytes() (float64, bool) {
	if u.presence == absent {
		return kilobit, true
	}
	return u.Value()
}
