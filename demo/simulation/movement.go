package simulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// motion is how a value moves.
type motion struct {
	// Kind is one of clock, uptime, grow, wander, fill and percent.
	Kind string `json:"kind"`
	// PerSecond is the rate of grow and fill, in the unit of the value.
	PerSecond float64 `json:"per_second"`
	// Min and Max bound a wander, Period is about its length in seconds.
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Period float64 `json:"period"`
}

// moving is a value that moves: what it began with, and how that was spelled.
type moving struct {
	endpoint, pointer string
	motion
	number
}

// instant is when a value is read.
type instant struct {
	now     time.Time
	started time.Time // when the router was
	since   time.Time // when the value began to count
	zeroed  bool      // and whether it then began at 0
	seed    uint64
}

// at is the value at an instant. sibling tells the other numbers of its object.
func (m moving) at(i instant, sibling func(name string) (float64, bool)) (json.RawMessage, error) {
	value, chance := m.value, diceOf(m.pointer)
	if i.zeroed {
		value = 0
	}
	switch m.Kind {
	case "clock":
		// As far from the router's clock as the fixture is from the reference time.
		return m.spell(m.value + float64(i.now.Unix()-peplinktest.ReferenceTime().Unix())), nil
	case "uptime":
		return m.spell(math.Floor(value + seconds(i.since, i.now))), nil
	case "grow":
		return m.spell(value + chance.rate(m.PerSecond, i.seed)*seconds(i.since, i.now)), nil
	case "wander":
		stray := chance.wave(m.Period, i.now.Sub(i.started).Seconds(), i.seed)
		if stray < 0 {
			return m.spell(m.value + stray*(m.value-m.Min)), nil
		}
		return m.spell(m.value + stray*(m.Max-m.value)), nil
	case "fill":
		return m.spell(m.filled(i, chance.rate(m.PerSecond, i.seed), sibling)), nil
	case "percent":
		return m.spell(percent(sibling)), nil
	}
	return nil, fmt.Errorf("%s: unknown kind %q", m.pointer, m.Kind)
}

// filled is the usage of an allowance: it grows, survives a reboot, and begins
// again at 0 with each cycle. Its object says when a cycle starts.
func (m moving) filled(i instant, rate float64, sibling func(string) (float64, bool)) float64 {
	day, ok := sibling("start")
	if cycle := cycleStart(i.now, int(day)); ok && cycle.After(i.started) {
		return math.Floor(rate * seconds(cycle, i.now))
	}
	return math.Floor(m.value + rate*seconds(i.started, i.now))
}

// percent is usage of limit, as its object has them: rounded, and never above
// 100 (API document, GET status.wan.connection.allowance).
func percent(sibling func(string) (float64, bool)) float64 {
	usage, _ := sibling("usage")
	limit, _ := sibling("limit")
	if limit <= 0 {
		return 0
	}
	return min(math.Round(100*usage/limit), 100)
}

// cycleStart is the last start of an allowance cycle up to now: 00:00 UTC on a
// day of the month, or on the last day where the month is shorter or day is 0.
func cycleStart(now time.Time, day int) time.Time {
	inMonth := func(month time.Month) time.Time {
		last := time.Date(now.Year(), month+1, 0, 0, 0, 0, 0, time.UTC)
		if day < 1 || day > last.Day() {
			return last
		}
		return time.Date(now.Year(), month, day, 0, 0, 0, 0, time.UTC)
	}
	if start := inMonth(now.Month()); !start.After(now) {
		return start
	}
	return inMonth(now.Month() - 1)
}

// seconds never is negative: nothing counts backwards with a clock put back.
func seconds(from, to time.Time) float64 { return max(to.Sub(from).Seconds(), 0) }

// number is a JSON number, or a string that holds one, and how it is spelled.
type number struct {
	value    float64
	quote    string
	decimals int
}

var errNoNumber = errors.New("not a number")

func numberOf(value any) (n number, err error) {
	var digits string
	switch v := value.(type) {
	case json.Number:
		digits = v.String()
	case string:
		digits, n.quote = v, `"`
	default:
		return n, errNoNumber
	}
	if n.value, err = strconv.ParseFloat(digits, 64); err != nil {
		return n, errNoNumber
	}
	_, fraction, _ := strings.Cut(digits, ".")
	n.decimals = len(fraction)
	return n, nil
}

// spell keeps the form: a string stays a string, the count of decimals stays.
func (n number) spell(value float64) json.RawMessage {
	text := strconv.FormatFloat(value, 'f', n.decimals, 64)
	if n.decimals > 6 {
		// The router reads tenths and prints them with all 17 digits of a double.
		text = strconv.FormatFloat(math.Round(value*10)/10, 'g', 17, 64)
	}
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return json.RawMessage(n.quote + text + n.quote)
}
