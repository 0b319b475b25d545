package peplink

import (
	"context"
	"math"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"
)

const allowanceEndpoint = "status.wan.connection.allowance"

// Allowances is the answer of status.wan.connection.allowance: what each WAN, or each SIM
// of it, has used of its data allowance, by connection id.
type Allowances = Keyed[WANAllowance, OnlyOrder]

// WANAllowance is the allowance of a WAN as a whole, or those of its SIMs. Which it is can
// be told only by shape: SIMs have an object for each id (field notes,
// status.wan.connection.allowance).
type WANAllowance struct {
	Whole Allowance // where there is no entry in BySIM
	BySIM Keyed[Allowance, Allowance]
}

// readFrom implements [loose].
func (w *WANAllowance) readFrom(r *reader, dec *jsontext.Decoder) error {
	counts, err := w.BySIM.read(r, dec)
	for i := range w.BySIM.entries {
		w.BySIM.entries[i].Value.check(r)
	}
	w.Whole = *w.BySIM.Beside()
	switch {
	case len(w.BySIM.Entries()) > 0:
		w.Whole, r.unreadable = Allowance{}, r.unreadable-counts.facts // they say nothing here
	case w.Whole != Allowance{}: // else what was left out were garbled SIMs
		r.unreadable -= counts.others
	}
	w.Whole.check(r)
	return err
}

// Allowance is the state of a bandwidth allowance monitor (API document, Allowance_Obj).
// The percentage that the router adds is rounded down and not decoded.
type Allowance struct {
	Enable Bool       `json:"enable"`
	Usage  Number     `json:"usage"` // in Unit, of the running cycle
	Limit  Number     `json:"limit"` // in Unit, of a cycle; 0 for unlimited
	Unit   DataUnit   `json:"unit"`
	Start  DayOfMonth `json:"start"`
}

// fact implements [facts].
func (a *Allowance) fact(key string) (into any, isFact bool) {
	switch key {
	case "enable":
		return &a.Enable, true
	case "usage":
		return &a.Usage, true
	case "limit":
		return &a.Limit, true
	case "unit":
		return &a.Unit, true
	case "start":
		return &a.Start, true
	}
	return nil, key == "percent"
}

// check drops what makes no number of bytes, or a negative one.
func (a *Allowance) check(r *reader) {
	for _, n := range []*Number{&a.Usage, &a.Limit} {
		if bytes, ok := a.bytes(*n); n.value < 0 || ok && math.IsInf(bytes, 0) {
			n.field = garbled[float64]()
			r.unreadable++
		}
	}
}

// UsageBytes returns what the running cycle has used so far.
func (a *Allowance) UsageBytes() (float64, bool) { return a.bytes(a.Usage) }

// LimitBytes returns what a cycle may use; there is no limit where the router says 0 or
// nothing.
func (a *Allowance) LimitBytes() (float64, bool) {
	limit, ok := a.bytes(a.Limit)
	return limit, ok && limit > 0
}

func (a *Allowance) bytes(n Number) (float64, bool) {
	value, ok := n.Value()
	unit, unitOK := a.Unit.Bytes()
	return value * unit, ok && unitOK
}

// DataUnit is the unit in which a router counts data.
type DataUnit struct{ field[float64] }

// readFrom implements [loose].
func (u *DataUnit) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &u.field, func(s scalar) field[float64] {
		switch string(s.text) {
		case "MB":
			return found[float64](megabyte)
		case "GB":
			return found[float64](1024 * megabyte)
		}
		return garbled[float64]()
	})
}

// megabyte is what routers mean by MB: the API document's example writes 1 GB as 1024 MB.
const megabyte = 1 << 20

// Bytes returns the size of the unit, that of MB where the router names none.
func (u DataUnit) Bytes() (float64, bool) {
	if u.presence == absent {
		return megabyte, true
	}
	return u.Value()
}

// DayOfMonth is the day on which an allowance cycle starts: 1 to 31, or 0 for the last day
// of the month.
type DayOfMonth struct{ field[int] }

// readFrom implements [loose].
func (d *DayOfMonth) readFrom(r *reader, dec *jsontext.Decoder) error {
	return readField(r, dec, &d.field, func(s scalar) field[int] {
		day, ok := s.number().Value()
		if !ok || day != math.Trunc(day) || day < 0 || day > 31 {
			return garbled[int]()
		}
		return found(int(day))
	})
}

// Allowances asks status.wan.connection.allowance (API document, GET
// status.wan.connection.allowance; field notes, same heading): for all connections or, as
// firmware 8.0.0 needs it, once for each of the ids that cellular returns. When one of
// those fails, what was read before, if anything, is returned with the error. Errors are an
// [*Error], or that of cellular.
func (c *Client) Allowances(ctx context.Context, cellular func(context.Context) ([]string, error)) (*Answer[Allowances], error) {
	const call = allowanceEndpoint + " without connId"
	var refusal error
	if c.dialects.refusal(call) == nil {
		answer, err := get[Allowances](ctx, c, request{endpoint: allowanceEndpoint})
		if !isFailure(err) {
			return answer, err
		}
		refusal = err
	}
	ids, err := cellular(ctx)
	if err != nil {
		return nil, err
	}
	all := &Answer[Allowances]{}
	for _, id := range ids {
		answer, err := get[Allowances](ctx, c, request{endpoint: allowanceEndpoint, query: url.Values{"connId": {id}}})
		if err != nil {
			return all.orNil(len(all.Value.entries)), err
		}
		all.Value.entries = append(all.Value.entries, answer.Value.entries...)
		all.Unreadable += answer.Unreadable
	}
	if refusal != nil { // else it was not for the lack of a connId
		c.dialects.remember(call, refusal)
	}
	return all, nil
}
