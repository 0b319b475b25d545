package server

import (
	"strings"
	"testing"
	"time"
)

func TestDeadline(t *testing.T) {
	const timeout = 30 * time.Second
	for header, want := range map[string]time.Duration{
		"":                       timeout,
		"10":                     9500 * time.Millisecond,
		"10.0":                   9500 * time.Millisecond,
		"1.25":                   750 * time.Millisecond,
		"010":                    9500 * time.Millisecond,
		"30":                     29500 * time.Millisecond,
		"30.5":                   timeout,
		"31":                     timeout,
		"86400":                  timeout,
		"1":                      500 * time.Millisecond,
		"0.75":                   250 * time.Millisecond,
		"0.5":                    250 * time.Millisecond, // not larger than the offset: half of it
		"0.25":                   125 * time.Millisecond,
		"0.02":                   10 * time.Millisecond,
		strings.Repeat("9", 300): timeout, // large, but finite
	} {
		s := &Server{Options: Options{TimeoutOffset: 500 * time.Millisecond}}
		got, err := s.deadline(header, timeout)
		if err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", header, got, err, want)
		}
	}
}

func TestDeadlineRefuses(t *testing.T) {
	for _, header := range []string{
		"0.001", "0.0099", // in which no router answers
		"0", "0.0", "00", "-1", "-0", "+1", "soon", "1s", " 1", "1 ", "1,5", ".5", "5.", "1_000",
		"1e3", "1E3", "0x10", "NaN", "nan", "Inf", "+Inf", "-Inf", "infinity", "١",
		strings.Repeat("9", 400), "0." + strings.Repeat("0", 400) + "1",
	} {
		s := &Server{Options: Options{TimeoutOffset: 500 * time.Millisecond}}
		got, err := s.deadline(header, 30*time.Second)
		if err == nil || !strings.Contains(err.Error(), timeoutHeader) {
			t.Errorf("%.20q: %v, %v; want an error that names the header", header, got, err)
		}
	}
}

func TestDeadlineByOffsetAndTimeout(t *testing.T) {
	for name, test := range map[string]struct {
		offset, timeout, want time.Duration
	}{
		"no offset":                    {0, 30 * time.Second, 10 * time.Second},
		"offset as large":              {10 * time.Second, 30 * time.Second, 5 * time.Second},
		"offset larger":                {time.Minute, 30 * time.Second, 5 * time.Second},
		"the target's own is sooner":   {time.Second, 2 * time.Second, 2 * time.Second},
		"the half of it is later":      {time.Minute, 2 * time.Second, 2 * time.Second},
		"the target's own, to the bit": {time.Second, 9 * time.Second, 9 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Server{Options: Options{TimeoutOffset: test.offset}}
			if got, err := s.deadline("10", test.timeout); err != nil || got != test.want {
				t.Errorf("%v, %v; want %v", got, err, test.want)
			}
		})
	}
}

func TestWritingTime(t *testing.T) {
	for deadline, want := range map[time.Duration]time.Duration{
		30 * time.Second:        200 * time.Millisecond,
		time.Second:             200 * time.Millisecond,
		500 * time.Millisecond:  100 * time.Millisecond,
		0:                       0,
		1200 * time.Millisecond: 200 * time.Millisecond,
	} {
		if got := writingTime(deadline); got != want {
			t.Errorf("of %v: %v, want %v", deadline, got, want)
		}
	}
}
