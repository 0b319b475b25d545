package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// paths hands over each path of a list.
func (r *reader) paths(list field, example string, each func(at origin, path string)) {
	for _, item := range r.items(list) {
		path, ok := r.text(item)
		switch {
		case !ok:
		case path == "":
			r.fault(item.origin, "holds an empty path; write one such as %s", example)
		case strings.ContainsFunc(path, notGraphic):
			r.fault(item.origin, "%v", errNoPath)
		default:
			each(item.origin, path)
		}
	}
}

// secretDirs are the folders out of which files of targets may name secrets, beside that of the main file.
func (r *reader) secretDirs(list field) (all []string) {
	r.paths(list, "/run/secrets", func(_ origin, path string) { all = append(all, r.main.pathFor(path, "")) })
	return all
}

// targetFiles reads the lists of targets that match the patterns of target_files: sorted by name, each once,
// whichever patterns it matches.
func (r *reader) targetFiles(patterns field) (all []*file) {
	known := map[string]bool{}
	r.paths(patterns, "targets.d/*.yml", func(at origin, pattern string) {
		names, err := r.matches(pattern)
		switch {
		case err != nil:
			r.fault(at, "%s is not a valid pattern; is there a [ without ]?", shown(pattern))
		case len(names) == 0:
			r.warnings.add(at, "no file of targets matches %s", shown(pattern))
		}
		for _, name := range names {
			if found := newFile(name); !known[found.path()] {
				known[found.path()] = true
				all = append(all, found)
			}
		}
	})
	slices.SortFunc(all, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	return all
}

var wildcard = regexp.MustCompile(`[*?\[\\]`)

// matches are the files of a pattern, but the main file, named as that is: from the working directory or from the
// root.
func (r *reader) matches(pattern string) ([]string, error) {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(wildcard.ReplaceAllString(filepath.Dir(r.main.name), `\$0`), pattern)
	}
	pattern = filepath.Clean(pattern)
	names, err := filepath.Glob(pattern)
	return slices.DeleteFunc(names, func(name string) bool {
		return hidden(pattern, name) || newFile(name).path() == r.main.path()
	}), err
}

// hidden reports whether a wildcard stands for a name that begins with a dot. Shells do not match those either:
// editors leave their locks there (.#a.yml), and Kubernetes a second copy of everything (..data).
func hidden(pattern, name string) bool {
	asked := strings.Split(pattern, string(filepath.Separator))
	for i, part := range strings.Split(name, string(filepath.Separator)) {
		if strings.HasPrefix(part, ".") && i < len(asked) && !strings.HasPrefix(asked[i], ".") {
			return true
		}
	}
	return false
}
