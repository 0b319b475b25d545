package peplink

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
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

func (f field[T]) unreadable() int {
	if f.presence == unreadable {
		return 1
	}
	return 0
}

func found[T any](value T) field[T] { return field[T]{value: value, presence: present} }

func garbled[T any]() field[T] { return field[T]{presence: unreadable} }

// noReading is what modems report in place of a signal that they did not measure.
const noReading = -9999

// isNoReading recognises it however it is written, "-9999.0" too.
func isNoReading(text string) bool {
	value, err := strconv.ParseFloat(text, 64)
	return err == nil && value == noReading && decimal.MatchString(text)
}

// decimal is plain decimal notation. strconv.ParseFloat alone would also take "Inf",
// "0x1p4" and digits parted by underscores.
var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$`)

// A Number is a JSON number, or a string that holds one: routers write both for the same
// field (field notes, Sessions and tokens; status.wan.connection.allowance).
type Number struct{ field[float64] }

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Number) UnmarshalJSON(data []byte) error {
	n.field = number(data)
	return nil
}

func number(data []byte) field[float64] {
	text, kind := scalar(data)
	if text == "" {
		return field[float64]{}
	}
	if kind == kindBool || kind == kindNested || !decimal.MatchString(text) {
		return garbled[float64]()
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) {
		return garbled[float64]()
	}
	return found(value)
}

// Text is a JSON string. A bare number is taken as it is written, because what ends as a
// label (channels, group sets, ids) comes either way.
type Text struct{ field[string] }

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Text) UnmarshalJSON(data []byte) error {
	text, kind := scalar(data)
	switch {
	case text == "":
		t.field = field[string]{}
	case kind == kindBool || kind == kindNested:
		t.field = garbled[string]()
	default:
		t.field = found(text)
	}
	return nil
}

// String returns the text, "" where there is none.
func (t Text) String() string { return t.value }

// Bool is a JSON boolean.
type Bool struct{ field[bool] }

// UnmarshalJSON implements [json.Unmarshaler].
func (b *Bool) UnmarshalJSON(data []byte) error {
	text, kind := scalar(data)
	switch {
	case text == "":
		b.field = field[bool]{}
	case kind == kindBool:
		b.field = found(text == "true")
	default:
		b.field = garbled[bool]()
	}
	return nil
}

// True reports whether the router said true.
func (b Bool) True() bool { return b.value }

// False reports whether the router said false; a missing field is neither.
func (b Bool) False() bool { return b.presence == present && !b.value }

// kind is the kind of a JSON value, as far as decoding cares.
type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindNested // object or array
)

// scalar returns the text of a JSON value, which must be valid JSON without space around
// it. null and noReading give "", and so does an empty object or array: some routers write
// either for "nothing". Any other nested value gives its raw text.
func scalar(data []byte) (string, kind) {
	switch data[0] {
	case 'n':
		return "", kindNull
	case 't', 'f':
		return string(data), kindBool
	case '{', '[':
		if isEmpty(data) {
			return "", kindNull
		}
		return string(data), kindNested
	case '"':
		var text string
		if json.Unmarshal(data, &text) != nil {
			return string(data), kindNested
		}
		if isNoReading(text) {
			return "", kindNull
		}
		return text, kindString
	default:
		if isNoReading(string(data)) {
			return "", kindNull
		}
		return string(data), kindNumber
	}
}
