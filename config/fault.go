package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong in a configuration file, or, in
// Config.Warnings, one thing that is risky. It never holds a secret.
type Fault struct {
	// File as it was given to Load, or as a pattern of target_files leads to it
	// from there.
	File string
	// Line counts from 1; 0 where the fault is in no line.
	Line int
	// Key that is at fault, with its parent where it has one
	// (tls_config.ca_file); empty where there is none.
	Key string
	// Message says what is wrong and what would be right.
	Message string
}

// String is the fault in one line: file:line: key: message.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Key != "" {
		b.WriteString(": " + f.Key)
	}
	return b.String() + ": " + f.Message
}

// Faults is everything that is wrong with a configuration, in the order of its
// files' names and lines. It is the error of Load.
type Faults []Fault

// Error joins the faults, one in a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// tidy puts faults in the order of their lines and drops repetitions: what is
// wrong in defaults shows up again with every target that inherits it.
func (f Faults) tidy() Faults {
	seen := make(map[Fault]bool, len(f))
	unique := slices.DeleteFunc(slices.Clone(f), func(fault Fault) bool {
		again := seen[fault]
		seen[fault] = true
		return again
	})
	slices.SortStableFunc(unique, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return unique
}
