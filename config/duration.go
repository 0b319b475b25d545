package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

const maxDuration = time.Duration(math.MaxInt64)

var errNoDuration = errors.New("is no duration")

// duration reads a time such as 30s, 1m30s or 2d, in whole milliseconds as
// Prometheus counts them.
func duration(into func(*settings) *time.Duration) func(*reader, field, *settings) {
	return func(r *reader, f field, s *settings) {
		text, ok := r.text(f)
		if !ok {
			return
		}
		value, err := parseDuration(text)
		if err != nil {
			r.fault(f.line, f.path, "%s %v; write a time with its unit, such as 30s or 1m30s", shown(text), err)
			return
		}
		*into(s) = value
	}
}

// longUnits are those of Prometheus that Go does not know.
var longUnits = []struct {
	name   string
	length time.Duration
}{
	{"y", 365 * 24 * time.Hour},
	{"w", 7 * 24 * time.Hour},
	{"d", 24 * time.Hour},
}

// parseDuration reads Go's spelling and, before it, Prometheus's years, weeks
// and days.
func parseDuration(text string) (time.Duration, error) {
	if strings.ContainsAny(text, "+-") {
		return 0, errNoDuration
	}
	var total time.Duration
	rest := text
	for _, unit := range longUnits {
		number, after, found := strings.Cut(rest, unit.name)
		if !found {
			continue
		}
		count, err := strconv.ParseInt(number, 10, 64)
		if err != nil || count > int64((maxDuration-total)/unit.length) {
			return 0, errNoDuration
		}
		total += time.Duration(count) * unit.length
		rest = after
	}
	if rest != "" || total == 0 {
		short, err := time.ParseDuration(rest)
		if err != nil || short > maxDuration-total {
			return 0, errNoDuration
		}
		total += short
	}
	switch {
	case total == 0:
		return 0, errors.New("is no time at all")
	case total%time.Millisecond != 0:
		return 0, errors.New("is finer than a millisecond")
	}
	return total, nil
}

// shownDuration is Go's spelling without the zeros at its end; "" for 0.
func shownDuration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
