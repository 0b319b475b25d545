package peplinktest

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// movement is a scalar as it reads at an instant, given as it stands in the
// fixture, and the object or array it is in. It is a pure function: the same
// instant gives the same text.
type movement func(fixture string, parent *node, at instant) string

// move is one line of a model's moves.json.
type move struct {
	Pointer string `json:"pointer"`
	motion
}

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

// attach is the tree in which the value the line points at moves.
func (m move) attach(root *node) (*node, error) {
	at, err := parsePointer(m.Pointer)
	if err != nil {
		return nil, err
	}
	tree, err := at.replaced(root, func(n *node) (*node, error) {
		moving := n.clone()
		moving.move, err = m.movement(n, m.Pointer)
		return moving, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Pointer, err)
	}
	return tree, nil
}

// movement builds what the line says of a value at a place.
func (m motion) movement(n *node, place string) (movement, error) {
	value, _, ok := number(n.literal)
	if !ok {
		return nil, errors.New("not a number")
	}
	if m.Kind == "wander" && (m.Min >= m.Max || m.Period <= 0 || value < m.Min || value > m.Max) {
		return nil, errors.New("a wander needs a period, and min below max around the value it starts from")
	}
	dice := diceOf(place)
	switch m.Kind {
	case "clock":
		return clockwise, nil
	case "uptime":
		return uptime, nil
	case "grow":
		return grow(dice.rate(m.PerSecond)), nil
	case "wander":
		return wander(m.Min, m.Max, dice.wave(m.Period)), nil
	case "fill":
		return fill(dice.rate(m.PerSecond)), nil
	case "percent":
		return percent, nil
	}
	return nil, fmt.Errorf("unknown kind %q", m.Kind)
}

// clockwise keeps a timestamp as far from the router's clock as the fixture is
// from the reference time.
func clockwise(fixture string, _ *node, at instant) string {
	return changed(fixture, func(value float64) float64 {
		return value + float64(at.now.Unix()-ReferenceTime().Unix())
	})
}

// uptime counts from the fixture's value, from 0 after a reboot.
func uptime(fixture string, _ *node, at instant) string {
	return changed(fixture, func(value float64) float64 {
		if at.rebooted {
			value = 0
		}
		return math.Floor(value + seconds(at.booted, at.now))
	})
}

// grow is a counter that restarts with the router, or with what it counts.
func grow(rate func(seed uint64) float64) movement {
	return func(fixture string, _ *node, at instant) string {
		return changed(fixture, func(value float64) float64 {
			if at.rebooted {
				value = 0
			}
			return value + rate(at.seed)*seconds(at.booted, at.now)
		})
	}
}

// wander strays from the fixture's value by a wave between -1 and 1, scaled so
// that it never leaves the bounds.
func wander(low, high float64, wave func(at instant) float64) movement {
	return func(fixture string, _ *node, at instant) string {
		return changed(fixture, func(value float64) float64 {
			stray := wave(at)
			if stray < 0 {
				return value + stray*(value-low)
			}
			return value + stray*(high-value)
		})
	}
}

// seconds never is negative: nothing counts backwards with a clock put back.
func seconds(from, to time.Time) float64 {
	return max(to.Sub(from).Seconds(), 0)
}

// sibling is the text of a scalar beside a value, "" if there is none.
func sibling(parent *node, name string, at instant) string {
	n := parent.member(name)
	if n == nil || n.kind != scalarNode {
		return ""
	}
	return n.text(parent, at)
}

// number reads a number, or a string that holds one; quote is "" or `"`.
func number(text string) (value float64, quote string, ok bool) {
	digits := strings.Trim(text, `"`)
	if digits != text {
		quote = `"`
	}
	value, err := strconv.ParseFloat(digits, 64)
	return value, quote, err == nil
}

// changed applies a change to a number and keeps its form: a string stays a
// string, the count of decimals stays. A value that did not change keeps its
// very text.
func changed(fixture string, change func(float64) float64) string {
	old, quote, ok := number(fixture)
	if !ok {
		return fixture
	}
	value := change(old)
	if value == old {
		return fixture
	}
	_, fraction, _ := strings.Cut(strings.Trim(fixture, `"`), ".")
	decimals := len(fraction)
	if decimals > 6 {
		// The router reads tenths and prints them with all 17 digits of a double.
		tenths := math.Round(value*10) / 10
		return quote + strconv.FormatFloat(tenths, 'g', 17, 64) + quote
	}
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return quote + text + quote
}
