package peplink

import (
	"math"

	"github.com/go-json-experiment/json/jsontext"
)

// presence tells what became of a field. The zero value is absent, so a struct that was
// never decoded says nothing rather than zero.
type presence uint8

const (
	absent presence = iota
	present
	unreadable
)

// field is a value that the router may have left out or garbled. Decoding one never
// fails: a router that garbles one field is still asked for all others.
type field[T any] struct {
	value    T
	presence presence
}

// Value returns what the router said. The second result is false where the field is
// missing, null, empty, the router's "no reading" (−9999), or not readable.
func (f field[T]) Value() (T, bool) { return f.value, f.presence == present }

func found[T any](value T) field[T] { return field[T]{value: value, presence: present} }

func garbled[T any]() field[T] { return field[T]{presence: unreadable} }

// readField reads the next value as a field, in the way that convert describes.
func readField[T any](r *reader, dec *jsontext.Decoder, f *field[T], convert func(scalar) field[T]) error {
	value, err := r.scalar(dec)
	if *f = (field[T]{}); err == nil && value.kind != nothing {
		if *f = convert(value); f.presence == unreadable {
			r.unreadable++
		}
	}
	return err
}

// A Number is a JSON number, or a string that holds one: routers write both for the same
// field (field notes, Sessions and tokens; status.wan.connection.allowance).
type Number struct{ field[float64] }

// readFrom implements [loose].
func (n *Number) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &n.field, scalar.number)
}

// Text is a JSON string. A bare number is taken as it is written, because what ends as a
// label (channels, group sets, ids) comes either way.
type Text struct{ field[string] }

// readFrom implements [loose].
func (t *Text) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &t.field, func(s scalar) field[string] {
		if s.kind != jsontext.KindString && s.kind != jsontext.KindNumber {
			return garbled[string]()
		}
		return found(string(s.text))
	})
}

// String returns the text, "" where there is none.
func (t Text) String() string { return t.value }

// Bool is a JSON boolean.
type Bool struct{ field[bool] }

// readFrom implements [loose].
func (b *Bool) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &b.field, func(s scalar) field[bool] {
		if s.kind != jsontext.KindTrue && s.kind != jsontext.KindFalse {
			return garbled[bool]()
		}
		return found(s.kind == jsontext.KindTrue)
	})
}

// True reports whether the router said true.
func (b Bool) True() bool { return b.value }

// False reports whether the router said false; a missing field is neither.
func (b Bool) False() bool { return b.presence == present && !b.value }

// Percentage is a number of percent, with or without the sign.
type Percentage struct{ field[float64] }

// readFrom implements [loose].
func (p *Percentage) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &p.field, func(s scalar) field[float64] {
		if last := len(s.text) - 1; s.kind == jsontext.KindString && s.text[last] == '%' {
			s.text = s.text[:last]
		}
		return s.number()
	})
}

// Counter is a count that grows until what it counts starts anew. The router writes it as
// a number or as an array, whose elements are added up (field notes, status.pepvpn). A
// negative one is unreadable.
type Counter struct{ field[float64] }

// readFrom implements [loose].
func (c *Counter) readFrom(r *reader, dec *jsontext.Decoder) error {
	c.field = field[float64]{}
	if dec.PeekKind() != jsontext.KindBeginArray {
		return readField(r, dec, &c.field, scalar.count)
	}
	before := r.unreadable
	err := r.elements(dec, func(place int) error {
		if place >= maxOthers { // and no sum of a part
			r.unreadable++
			return dec.SkipValue()
		}
		var count field[float64]
		err := readField(r, dec, &count, scalar.count)
		c.value += count.value
		c.presence = max(c.presence, count.presence)
		return err
	})
	if r.unreadable > before || math.IsInf(c.value, 0) { // one field, however many of its elements
		c.field, r.unreadable = garbled[float64](), before+1
	}
	return err
}

// count returns the value as a number that is not negative.
func (s scalar) count() field[float64] {
	if count := s.number(); count.value >= 0 {
		return count
	}
	return garbled[float64]()
}
