package config

import "path/filepath"

// file is one file of the configuration.
type file struct {
	name      string // as faults write it
	directory string // absolute; relative paths in the file start here
	// confined is the only folder whose files this one may name; empty where it
	// may name any.
	confined string
}

// newFile keeps the directory absolute, so that the effective configuration
// means the same everywhere.
func newFile(name string) *file {
	directory := filepath.Dir(name)
	if absolute, err := filepath.Abs(directory); err == nil {
		directory = absolute
	}
	return &file{name: name, directory: directory}
}

// path is where the file is, the same however it is named.
func (f *file) path() string { return filepath.Join(f.directory, filepath.Base(f.name)) }

// origin is the place that named something; the zero origin is none.
type origin struct {
	in   *file
	line int
	key  string
}

func (o origin) fault(message string) Fault {
	fault := Fault{Line: o.line, Key: o.key, Message: message}
	if o.in != nil {
		fault.File = o.in.name
	}
	return fault
}
