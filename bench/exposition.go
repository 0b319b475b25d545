package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
)

// exposition is metrics in text form.
type exposition []byte

// value is the sample of a series, as it is spelt there.
func (e exposition) value(series string) (float64, bool) {
	_, rest, found := bytes.Cut(append([]byte("\n"), e...), []byte("\n"+series+" "))
	if !found {
		return 0, false
	}
	number, _, _ := bytes.Cut(rest, []byte("\n"))
	value, err := strconv.ParseFloat(string(number), 64)
	return value, err == nil
}

// values are several series of an exporter's own metrics.
func (e *exporter) values(ctx context.Context, series ...string) ([]float64, error) {
	answer, err := e.get(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	text, err := answer.plainText()
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(series))
	for i, one := range series {
		value, ok := text.value(one)
		if !ok {
			return nil, fmt.Errorf("/metrics has no %s", one)
		}
		values[i] = value
	}
	return values, nil
}

// isUp reports whether the poll succeeded.
func (e exposition) isUp() bool {
	up, ok := e.value("peplink_up")
	return ok && up == 1
}

// isWhole reports whether no collector failed, other than of what the router lacks.
func (e exposition) isWhole() bool {
	for line := range bytes.Lines(e) {
		if bytes.HasPrefix(line, []byte("peplink_scrape_error{")) && !bytes.Contains(line, []byte(`reason="unsupported"`)) {
			return false
		}
	}
	return true
}

// series counts the samples.
func (e exposition) series() int {
	count := 0
	for line := range bytes.Lines(e) {
		if len(line) > 1 && line[0] != '#' {
			count++
		}
	}
	return count
}
