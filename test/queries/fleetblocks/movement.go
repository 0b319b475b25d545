package main

import (
	"math"
	"strings"

	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// moving takes a value through the day: counters grow, signals and times swing, clocks run, and all else stands still.
// Where it stands at the end is close to the value that was seen.
func moving(name string, value float64, counter bool, variant int, at clock) *values {
	v := newValues()
	length := float64(at.end - at.start + interval)
	for ms := range at.each {
		passed := float64(ms-at.start) / length
		v.append(ms, moved(name, value, counter, variant, ms, at, passed))
	}
	return v
}

// swinging are endings of the names of what is never the same twice.
var swinging = []string{"_dbm", "_db", "_rtt_seconds", "_celsius", "_ratio", "_duration_seconds", "_rpm"}

func moved(name string, value float64, counter bool, variant int, ms int64, at clock, passed float64) float64 {
	ago := float64(at.end-ms) / 1000
	switch {
	case counter:
		// A day is an eighth of what was counted.
		return math.Floor(value * (0.875 + 0.125*passed + 0.0001*noise(ms, variant)))
	case name == "peplink_device_time_seconds", name == "peplink_last_success_timestamp_seconds":
		return float64(ms / 1000)
	case strings.HasSuffix(name, "_uptime_seconds"):
		return math.Max(0, value-ago)
	case name == "peplink_allowance_usage_bytes":
		return math.Floor(value * (0.95 + 0.05*passed))
	}
	for _, ending := range swinging {
		if strings.HasSuffix(name, ending) {
			return math.Round(value*(1+0.1*noise(ms, variant))*100) / 100
		}
	}
	return value
}

// noise is between -1 and 1, and the same for the same minute.
func noise(ms int64, variant int) float64 {
	x := uint64(ms/interval)*2654435761 + uint64(variant)*40503 //nolint:gosec // any bits will do
	x ^= x >> 13
	x *= 0x9E3779B97F4A7C15
	return float64(x>>11)/float64(1<<52) - 1
}

// values are the samples of one series, in chunks of 2 h as Prometheus makes them, and whole for who evaluates rules.
type values struct {
	whole *chunkenc.XORChunk
	parts []chunk
	last  chunkenc.Appender
	all   chunkenc.Appender
}

type chunk struct {
	*chunkenc.XORChunk
	from, to int64
}

const perChunk = 120

func newValues() *values {
	v := &values{whole: chunkenc.NewXORChunk()}
	v.all, _ = v.whole.Appender() // of an empty chunk, which always works
	return v
}

func (v *values) append(ms int64, value float64) {
	v.all.Append(0, ms, value)
	if n := len(v.parts); n == 0 || v.parts[n-1].NumSamples() == perChunk {
		part := chunkenc.NewXORChunk()
		v.last, _ = part.Appender()
		v.parts = append(v.parts, chunk{XORChunk: part, from: ms})
	}
	v.last.Append(0, ms, value)
	v.parts[len(v.parts)-1].to = ms
}
