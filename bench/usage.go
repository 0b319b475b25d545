package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"time"
)

// tick is the unit of processor time in /proc (USER_HZ, 100 a second on all platforms of
// Linux that Go knows).
const tick = 10 * time.Millisecond

// processorTime is what a process has used so far, in user and system mode together.
func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseStat(text)
}

// parseStat reads fields 14 and 15 of /proc/PID/stat. The second field, the program's
// name in parentheses, may hold blanks.
func parseStat(text []byte) (time.Duration, error) {
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return 0, errors.New("/proc/PID/stat is not as expected")
	}
	user, errUser := strconv.ParseInt(string(fields[11]), 10, 64)
	system, errSystem := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * tick, errors.Join(errUser, errSystem)
}

// resident is a process's memory in RAM now, and at most since resetPeak or its start.
type resident struct{ now, peak int64 } // bytes

func residentOf(pid int) (r resident, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return r, err
	}
	now, errNow := parseStatus(text, "VmRSS")
	peak, errPeak := parseStatus(text, "VmHWM")
	return resident{now, peak}, errors.Join(errNow, errPeak)
}

// parseStatus reads a line like "VmRSS:	    1888 kB" of /proc/PID/status.
func parseStatus(text []byte, name string) (size int64, err error) {
	_, rest, found := bytes.Cut(text, []byte("\n"+name+":"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	if fields := bytes.Fields(line); found && len(fields) == 2 && string(fields[1]) == "kB" {
		size, err = strconv.ParseInt(string(fields[0]), 10, 64)
		return size * 1024, err
	}
	return 0, fmt.Errorf("/proc/PID/status has no %s", name)
}

// resetPeak begins the peak anew at what is resident now.
func resetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

// use is what a process has used and uses.
type use struct {
	resident
	used      time.Duration // of the processor
	allocated float64       // bytes since it started, as it says itself
}

// look tells how an exporter stands.
func (e *exporter) look(ctx context.Context) (u use, err error) {
	values, err := e.values(ctx, "go_memstats_alloc_bytes_total")
	if err != nil {
		return u, err
	}
	u.allocated = values[0]
	if u.resident, err = residentOf(e.pid()); err != nil {
		return u, err
	}
	u.used, err = processorTime(e.pid())
	return u, err
}

// rest waits until a process has swept up, and has given back to the system what it
// will: until its memory has not shrunk for a second, but half a minute at most.
func (p *process) rest(ctx context.Context) error {
	least, since := int64(math.MaxInt64), time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for end := time.Now().Add(30 * time.Second); time.Since(since) < time.Second && time.Now().Before(end); {
		memory, err := residentOf(p.pid())
		if err != nil {
			return err
		}
		if memory.now < least {
			least, since = memory.now, time.Now()
		}
		if err := wait(ctx, timer, time.Now().Add(50*time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}
