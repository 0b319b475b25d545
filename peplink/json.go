package peplink

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// loose is a value that routers write in more than one way. It reads exactly the next JSON
// value, whatever that is: it fails only where the text is no JSON.
type loose interface {
	readFrom(r *reader, dec *jsontext.Decoder) error
}

// reader reads one answer in one pass: structs are decoded by the library, and what is
// loose in them reads itself and counts what it cannot read.
type reader struct {
	ctx        context.Context // its end ends the reading
	text       []byte
	fed        int // bytes of text that the decoder has got
	maxPeers   int // that are built
	bands      int // of the modem that is read
	slots      int // of its SIMs, beside the numbered ones
	unreadable int
	unquoted   []byte // the text of the string read last
}

// Read implements [io.Reader], for the decoder: some kilobytes at a time, so that the end of
// ctx is noticed whatever is read or skipped.
func (r *reader) Read(into []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n := copy(into, r.text[r.fed:])
	if r.fed += n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// envelope is what stands around every answer (API document, Response).
type envelope struct {
	Stat     Text     `json:"stat"`
	Code     Text     `json:"code"`
	Message  Text     `json:"message"`
	Response response `json:"response"`
}

// response is the part that differs by endpoint. Some firmware leaves it out, or writes an
// empty array, where there is nothing to tell.
type response struct {
	into       any  // a pointer to what it is decoded into; nil where it says nothing
	isOther    bool // it is no object
	unreadable int
}

// readFrom implements [loose].
func (p *response) readFrom(r *reader, dec *jsontext.Decoder) error {
	if p.into == nil {
		return dec.SkipValue()
	}
	r.unreadable = 0
	reflect.ValueOf(p.into).Elem().SetZero()
	presence, err := r.enter(dec, jsontext.KindBeginObject)
	p.isOther = presence == unreadable
	if presence == present {
		err = r.read(dec, p.into)
	}
	p.unreadable = r.unreadable
	return err
}

// decode decodes its text, which is one value, into what a pointer points to.
func (r *reader) decode(into any) error {
	dec := jsontext.NewDecoder(r,
		jsontext.AllowDuplicateNames(true), // the last one counts
		jsontext.AllowInvalidUTF8(true),    // becomes U+FFFD
		json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, value loose) error { return value.readFrom(r, dec) })),
	)
	if err := json.UnmarshalDecode(dec, into); err != nil {
		return err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// read decodes the next value into what a pointer points to.
func (r *reader) read(dec *jsontext.Decoder, into any) error {
	if value, ok := into.(loose); ok {
		return value.readFrom(r, dec)
	}
	return json.UnmarshalDecode(dec, into)
}

// enter tells whether the next value is an object, or array, that holds something; then it
// is present, and for the caller to read. Any other value is skipped, and counted unless it
// says nothing.
func (r *reader) enter(dec *jsontext.Decoder, kind jsontext.Kind) (presence, error) {
	if dec.PeekKind() == kind && !r.isEmpty(dec) {
		return present, nil
	}
	value, err := r.scalar(dec)
	if value.kind == nothing {
		return absent, err
	}
	r.unreadable++
	return unreadable, err
}

// isEmpty reports whether the next value, an object or array, holds nothing.
func (r *reader) isEmpty(dec *jsontext.Decoder) bool {
	rest := bytes.TrimLeft(r.text[dec.InputOffset():], ":, \t\r\n")
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '}' || rest[0] == ']')
}

// scalar is a JSON value that is neither object nor array, and its text, of which no more
// than maxText is looked at: a string's without its quotes, valid until the next value is
// read.
type scalar struct {
	kind jsontext.Kind
	text []byte
}

const (
	nothing = jsontext.KindNull
	nested  = jsontext.KindBeginObject // or array
)

// scalar reads the next value. null, "", noReading and an empty object or array are the
// ways in which routers say nothing.
func (r *reader) scalar(dec *jsontext.Decoder) (scalar, error) {
	switch kind := dec.PeekKind(); kind {
	case jsontext.KindBeginObject, jsontext.KindBeginArray:
		kind = nested
		if r.isEmpty(dec) {
			kind = nothing
		}
		return scalar{kind: kind}, dec.SkipValue()
	case jsontext.KindString:
		quoted, err := dec.ReadValue()
		if err != nil {
			return scalar{kind: nothing}, err
		}
		r.unquoted, _ = jsontext.AppendUnquote(r.unquoted[:0], quoted) // what is no UTF-8 is replaced
		if len(r.unquoted) == 0 || isNoReading(cut(r.unquoted)) {
			kind = nothing
		}
		return scalar{kind: kind, text: cut(r.unquoted)}, nil
	default:
		text, err := dec.ReadValue()
		if err != nil || isNoReading(cut(text)) {
			kind = nothing
		}
		return scalar{kind: kind, text: cut(text)}, err
	}
}

// cut shortens a text to maxText.
func cut(text []byte) []byte {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// number returns the value as a number.
func (s scalar) number() field[float64] {
	switch {
	case s.kind == nothing:
		return field[float64]{}
	case s.kind == jsontext.KindNumber, s.kind == jsontext.KindString && decimal.Match(s.text):
		if value, err := strconv.ParseFloat(string(s.text), 64); err == nil && !math.IsInf(value, 0) {
			return found(value)
		}
	}
	return garbled[float64]()
}

// noReading is what modems report in place of a signal that they did not measure.
const noReading = -9999

// isNoReading recognises it however it is written, "-9999.0" too.
func isNoReading(text []byte) bool {
	if text[0] != '-' {
		return false
	}
	value, err := strconv.ParseFloat(string(text), 64)
	return err == nil && value == noReading && decimal.Match(text)
}

// decimal is plain decimal notation. strconv.ParseFloat alone would also take "Inf",
// "0x1p4" and digits parted by underscores.
var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$`)
