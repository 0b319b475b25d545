package config

import (
	"path/filepath"
	"strings"
	"unicode"
)

// namePlaceholder stands for the target's name in paths.
const namePlaceholder = "{name}"

func hasName(path string) bool { return strings.Contains(path, namePlaceholder) }

// path is the value of a scalar that names a file.
func (r *reader) path(f field) (string, bool) {
	text, ok := r.text(f)
	if ok && strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsGraphic(c) }) {
		r.fault(f.line, f.path, "holds characters that no path should have, such as a line end")
		return "", false
	}
	return text, ok
}

// pathFor is a path that stands in the file, for one target.
func (f *file) pathFor(path, target string) string {
	path = strings.ReplaceAll(path, namePlaceholder, target)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(f.directory, path)
}

// mayName refuses a path that leads out of the folder the file may name
// files in. Whether a symbolic link does so is found out when it is followed. A
// target's name cannot change the outcome, for it is no more than a word.
func (r *reader) mayName(f field, path string) bool {
	if r.in.confined == "" {
		return true
	}
	inside, err := filepath.Rel(r.in.confined, r.in.pathFor(path, "x"))
	if err == nil && filepath.IsLocal(inside) {
		return true
	}
	r.fault(f.line, f.path, "leads out of the folder of %s; a file of target_files may name only files in it", r.main.name)
	return false
}

// forTarget puts the target's name and its file's directory into the path of a
// secret's file.
func (s Secret) forTarget(name string) Secret {
	if s.IsZero() || s.setting.form != fileSecret {
		return s
	}
	from := s.setting.origin
	return newSecret(fileSecret, from.in.pathFor(s.setting.text(), name), from)
}
