package peplink

import (
	"context"
	"encoding/json"
	"math"
	"net/url"
)

// Allowances is the answer of status.wan.connection.allowance: what each WAN, or each SIM
// of it, has used of its data allowance, by connection id.
type Allowances = Keyed[WANAllowance, OnlyOrder]

// WANAllowance is the allowance of a WAN as a whole, or those of its SIMs. Which it is can
// be told only by shape: SIMs have an object for each id (field notes,
// status.wan.connection.allowance).
type WANAllowance struct {
	Whole Allowance // where there is no entry in BySIM
	BySIM Keyed[Allowance, allowanceSiblings]
}

// UnmarshalJSON implements [json.Unmarshaler].
func (w *WANAllowance) UnmarshalJSON(data []byte) error {
	*w = WANAllowance{}
	if err := w.BySIM.UnmarshalJSON(data); err != nil || len(w.BySIM.Entries()) > 0 {
		return err
	}
	err := json.Unmarshal(data, &w.Whole)
	if w.Whole != (Allowance{}) { // else what was dropped were garbled SIMs, to be counted
		w.BySIM = Keyed[Allowance, allowanceSiblings]{}
	}
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

// UsageBytes returns what the running cycle has used so far.
func (a Allowance) UsageBytes() (float64, bool) { return a.bytes(a.Usage) }

// LimitBytes returns what a cycle may use; there is no limit where the router says 0 or
// nothing.
func (a Allowance) LimitBytes() (float64, bool) {
	limit, ok := a.bytes(a.Limit)
	return limit, ok && limit > 0
}

func (a Allowance) bytes(n Number) (float64, bool) {
	value, ok := n.Value()
	unit, unitOK := a.Unit.Bytes()
	return value * unit, ok && unitOK
}

// allowanceSiblings are the keys of a flat allowance. Standing beside SIM ids they are no
// garbled ids.
type allowanceSiblings struct{}

// Known implements [Beside].
func (allowanceSiblings) Known(key string) bool {
	switch key {
	case "enable", "usage", "limit", "percent", "start", "unit":
		return true
	}
	return false
}

// DataUnit is the unit in which a router counts data.
type DataUnit struct{ field[float64] }

// UnmarshalJSON implements [json.Unmarshaler].
func (u *DataUnit) UnmarshalJSON(data []byte) error {
	var text Text
	_ = text.UnmarshalJSON(data)
	word, ok := text.Value()
	switch {
	case !ok:
		u.field = field[float64]{presence: text.presence}
	case word == "MB":
		u.field = found(float64(megabyte))
	case word == "GB":
		u.field = found(float64(1024 * megabyte))
	default:
		u.field = garbled[float64]()
	}
	return nil
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

// UnmarshalJSON implements [json.Unmarshaler].
func (d *DayOfMonth) UnmarshalJSON(data []byte) error {
	day := number(data)
	d.field = field[int]{presence: day.presence}
	if value, ok := day.Value(); ok {
		if value != math.Trunc(value) || value < 0 || value > 31 {
			d.field = garbled[int]()
			return nil
		}
		d.field = found(int(value))
	}
	return nil
}

// Allowances asks status.wan.connection.allowance for all connections (API document, GET
// status.wan.connection.allowance; field notes, same heading). Errors are an [*Error].
func (c *Client) Allowances(ctx context.Context) (*Answer[Allowances], error) {
	return get[Allowances](ctx, c, "status.wan.connection.allowance", nil)
}

// AllowancesOf asks status.wan.connection.allowance once for each connection id, as
// firmware 8.0.0 needs it (API document, GET status.wan.connection.allowance). When one
// fails, what was read before, if anything, is returned with the error, which is an
// [*Error].
func (c *Client) AllowancesOf(ctx context.Context, ids []string) (*Answer[Allowances], error) {
	all := &Answer[Allowances]{}
	for _, id := range ids {
		answer, err := get[Allowances](ctx, c, "status.wan.connection.allowance", url.Values{"connId": {id}})
		switch {
		case err != nil && len(all.Value.Entries()) == 0:
			return nil, err
		case err != nil:
			return all, err
		}
		all.Value = all.Value.With(answer.Value.Entries()...)
		all.Unreadable += answer.Unreadable
	}
	return all, nil
}
