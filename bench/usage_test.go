package main

import (
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const text = "42 (a) (b c) S 1 42 42 0 -1 4194304 129 0 1 0 123 45 6 7 20 0 9 0 333279 2990080 445\n"
	if used, err := parseStat([]byte(text)); err != nil || used != 1680*time.Millisecond {
		t.Errorf("%v (%v), want 123 + 45 ticks of 10 ms", used, err)
	}
	for _, text := range []string{"", "42 (a) S 1", "42 (a) S 1 42 42 0 -1 4194304 129 0 1 0 x 45 6"} {
		if _, err := parseStat([]byte(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestParseStatus(t *testing.T) {
	const text = "Name:\tVmRSS: 7 kB\nVmHWM:\t    1900 kB\nVmRSS:\t    1888 kB\nThreads:\t9\n"
	if size, err := parseStatus([]byte(text), "VmRSS"); err != nil || size != 1888*1024 {
		t.Errorf("%d (%v)", size, err)
	}
	for _, name := range []string{"VmSwap", "Threads"} {
		if _, err := parseStatus([]byte(text), name); err == nil {
			t.Errorf("%s was found", name)
		}
	}
}
