package config

import (
	"time"

	"github.com/prometheus/common/model"
)

// duration reads a key that is a time longer than none.
func duration(into func(*settings) *time.Duration) func(*reader, field, *settings) {
	return func(r *reader, f field, s *settings) {
		value, ok := r.duration(f)
		switch {
		case !ok:
		case value == 0:
			r.fault(f.line, f.path, "is no time at all; write one such as 30s or 1m30s")
		default:
			*into(s) = value
		}
	}
}

// duration is a time as Prometheus spells it: whole numbers with their units.
func (r *reader) duration(f field) (time.Duration, bool) {
	text, ok := r.text(f)
	if !ok {
		return 0, false
	}
	value, err := model.ParseDuration(text)
	if err != nil {
		r.fault(f.line, f.path, "%s is no duration; write whole numbers with their units, such as 500ms, 30s or 1m30s", shown(text))
		return 0, false
	}
	return time.Duration(value), true
}

func shownDuration(d time.Duration) string { return model.Duration(d).String() }
