package peplinktest

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// movement is a scalar as it reads at an instant, given as it stands in the
// fixture. It is a pure function: the same instant gives the same text.
type movement func(fixture string, at instant) string

// move is one line of a model's moves.json.
type move struct {
	Pointer string `json:"pointer"`
	// Kind is one of clock, uptime, grow, wander, fill and percent.
	Kind string `json:"kind"`
	// PerSecond is the rate of grow and fill, in the unit of the value.
	PerSecond float64 `json:"per_second"`
	// Min and Max bound a wander, Period is about its length in seconds.
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Period float64 `json:"period"`
}

// attach makes the value the line points at move.
func (m move) attach(root *node, seed uint64) error {
	at, err := parsePointer(m.Pointer)
	if err != nil {
		return err
	}
	n, err := at.find(root)
	if err != nil {
		return err
	}
	value, _, ok := number(n.literal)
	if !ok {
		return fmt.Errorf("%s: not a number", m.Pointer)
	}
	if m.Kind == "wander" && (m.Min >= m.Max || m.Period <= 0 || value < m.Min || value > m.Max) {
		return fmt.Errorf("%s: a wander needs a period, and min below max around the fixture's value", m.Pointer)
	}
	parent, err := at[:max(len(at)-1, 0)].find(root)
	if err != nil {
		return err
	}
	n.move, err = m.movement(parent, random(seed, m.Pointer), seed)
	if err != nil {
		return fmt.Errorf("%s: %w", m.Pointer, err)
	}
	return nil
}

// movement builds what the line says. The parent is the object the value is in:
// usage and percent depend on what stands beside them.
func (m move) movement(parent *node, dice *rand.Rand, seed uint64) (movement, error) {
	rate := m.PerSecond
	if seed != 0 {
		rate *= 0.75 + dice.Float64()/2 // no two routers of a fleet are equally busy
	}
	switch m.Kind {
	case "clock":
		return clockwise, nil
	case "uptime":
		return uptime, nil
	case "grow":
		return grow(rate), nil
	case "wander":
		return wander(m.Min, m.Max, wave(dice, m.Period, seed == 0)), nil
	case "fill":
		return fill(parent, rate), nil
	case "percent":
		return percent(parent), nil
	}
	return nil, fmt.Errorf("unknown kind %q", m.Kind)
}

// random depends on the seed and the value's place only, so that a new line in
// moves.json changes no other value.
func random(seed uint64, place string) *rand.Rand {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(place))
	return rand.New(rand.NewPCG(seed, hash.Sum64())) //nolint:gosec // no secret, must repeat
}

// clockwise keeps a timestamp as far from the router's clock as the fixture is
// from the reference time.
func clockwise(fixture string, at instant) string {
	return changed(fixture, func(value float64) float64 {
		return value + float64(at.now.Unix()-ReferenceTime().Unix())
	})
}

// uptime counts from the fixture's value, from 0 after a reboot.
func uptime(fixture string, at instant) string {
	return changed(fixture, func(value float64) float64 {
		if at.rebooted {
			value = 0
		}
		return math.Floor(value + seconds(at.booted, at.now))
	})
}

// grow is a counter that restarts with the router.
func grow(rate float64) movement {
	return func(fixture string, at instant) string {
		return changed(fixture, func(value float64) float64 {
			if at.rebooted {
				value = 0
			}
			return value + rate*seconds(at.booted, at.now)
		})
	}
}

// wander strays from the fixture's value by a wave between -1 and 1, scaled so
// that it never leaves the bounds.
func wander(low, high float64, wave func(seconds float64) float64) movement {
	return func(fixture string, at instant) string {
		return changed(fixture, func(value float64) float64 {
			stray := wave(at.now.Sub(at.started).Seconds())
			if stray < 0 {
				return value + stray*(value-low)
			}
			return value + stray*(high-value)
		})
	}
}

// wave is smooth, between -1 and 1, and repeats only after very long. One that
// begins at rest is 0 at 0 seconds.
func wave(dice *rand.Rand, period float64, atRest bool) func(seconds float64) float64 {
	weights := [...]float64{0.5, 0.3, 0.2}
	lengths := [...]float64{1, math.Phi, math.E * math.Pi}
	var phases [3]float64
	for i := range phases {
		phases[i] = 2 * math.Pi * dice.Float64()
	}
	sum := func(seconds float64) (height float64) {
		for i, weight := range weights {
			height += weight * math.Sin(2*math.Pi*seconds/(period*lengths[i])+phases[i])
		}
		return height
	}
	if !atRest {
		return sum
	}
	return func(seconds float64) float64 { return (sum(seconds) - sum(0)) / 2 }
}

// seconds never is negative: nothing counts backwards with a clock put back.
func seconds(from, to time.Time) float64 {
	return max(to.Sub(from).Seconds(), 0)
}

func textOf(n *node, at instant) string {
	if n == nil || n.kind != scalarNode {
		return ""
	}
	return n.text(at)
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
