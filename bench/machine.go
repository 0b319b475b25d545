package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
)

// describeMachine says on what the figures were measured.
func (b *bench) describeMachine() {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range bytes.Lines(text) {
			if name, found := strings.CutPrefix(string(line), "model name"); found {
				model = strings.TrimLeft(strings.TrimSpace(name), ": ")
				break
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	b.say("%s, %d cores, %s, bench built with %s; load average %s",
		model, runtime.NumCPU(), runtime.GOARCH, runtime.Version(), strings.Join(strings.Fields(string(load))[:min(3, len(strings.Fields(string(load))))], " "))
	b.say("Figures are the median (least–most). CPU is user and system time of the process, from /proc/PID/stat; memory is from /proc/PID/status.")
	for _, s := range b.subjects {
		b.say("%s = %s", s.name, s.program)
	}
	b.say("")
}
