package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Fault is one thing that is wrong in a configuration file, or, in Config.Warnings, one thing that is risky. It never
// holds a secret.
type Fault struct {
	// File as it was given to Load, or as a pattern of target_files leads to it from there.
	File string
	// Line counts from 1; 0 where the fault is in no line.
	Line int
	// Key that is at fault, with its parent where it has one (tls_config.ca_file); empty where there is none.
	Key string
	// Message says what is wrong and what would be right.
	Message string
}

// String is the fault in one line: file:line: key: message.
func (f Fault) String() string {
	place := f.File
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, f.Line)
	}
	if f.Key != "" {
		place += ": " + f.Key
	}
	return place + ": " + f.Message
}

// Faults is everything that is wrong with a configuration, in the order of its files' names and lines. It is the
// error of Load.
type Faults []Fault

// Error joins the faults, one in a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// list collects faults, each once: what is wrong in defaults, or behind an alias, shows up again with every target
// that inherits it.
type list struct {
	all  Faults
	seen map[Fault]bool
}

func (l *list) add(at origin, format string, args ...any) {
	fault := Fault{Line: at.line, Key: at.key, Message: fmt.Sprintf(format, args...)}
	if at.in != nil {
		fault.File = at.in.name
	}
	if l.seen == nil {
		l.seen = map[Fault]bool{}
	}
	if !l.seen[fault] {
		l.seen[fault] = true
		l.all = append(l.all, fault)
	}
}

func (l *list) sorted() Faults {
	slices.SortStableFunc(l.all, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return l.all
}

// origin is where a key stands; the zero origin is nowhere.
type origin struct {
	in   *file
	line int
	key  string // with its parent, where that is not defaults or targets
}

var readableKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// below is where a key stands in the value of another one. A key that does not look like one is not repeated:
// without a space after the colon a secret becomes part of it.
func (o origin) below(name string, line int) origin {
	switch {
	case !readableKey.MatchString(name):
		name = o.key
	case o.key != "" && o.key != "defaults" && o.key != "targets":
		name = o.key + "." + name
	}
	return origin{o.in, line, name}
}

// file is one file of the configuration.
type file struct {
	name      string // as faults write it
	directory string // absolute; relative paths in the file start here
	// confined are the only folders whose files this one may name; nil where it may name any.
	confined []string
}

// newFile keeps the directory absolute, so that the effective configuration means the same everywhere.
func newFile(name string) *file {
	directory := filepath.Dir(name)
	if absolute, err := filepath.Abs(directory); err == nil {
		directory = absolute
	}
	return &file{name: name, directory: directory}
}

// path is where the file is, the same however it is named.
func (f *file) path() string { return filepath.Join(f.directory, filepath.Base(f.name)) }

// namePlaceholder stands for the target's name in paths.
const namePlaceholder = "{name}"

// pathFor is a path that stands in the file, for one target.
func (f *file) pathFor(path, target string) string {
	path = strings.ReplaceAll(path, namePlaceholder, target)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(f.directory, path)
}

// folder is the one that a path must not leave, "" where it may lead anywhere.
func (f *file) folder(path string) (folder string, ok bool) {
	for _, folder := range f.confined {
		if inside, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(inside) {
			return folder, true
		}
	}
	return "", f.confined == nil
}
