package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// targetFiles reads the lists of targets that match the patterns of
// target_files: sorted by name, each once, whichever patterns it matches.
func (r *reader) targetFiles(patterns field) []*file {
	seen := map[string]bool{}
	var all []*file
	for _, item := range r.items(patterns) {
		pattern, ok := r.text(item)
		if !ok {
			continue
		}
		names, err := r.matches(pattern)
		if err != nil {
			r.fault(item.origin, "%v", err)
			continue
		}
		if len(names) == 0 {
			r.warnings.add(item.origin, "no file of targets matches %s", shown(pattern))
		}
		for _, name := range names {
			found := newFile(name)
			if !seen[found.path()] {
				seen[found.path()] = true
				found.confined = []string{r.main.directory}
				all = append(all, found)
			}
		}
	}
	slices.SortFunc(all, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	return all
}

var wildcard = regexp.MustCompile(`[*?\[\\]`)

// matches are the files of a pattern, but the main file, named as that is: from
// the working directory or from the root.
func (r *reader) matches(pattern string) ([]string, error) {
	if pattern == "" {
		return nil, errors.New("holds an empty path; write one such as targets.d/*.yml")
	}
	if err := checkGraphic(pattern); err != nil {
		return nil, err
	}
	full := pattern
	if !filepath.IsAbs(full) {
		full = filepath.Join(wildcard.ReplaceAllString(filepath.Dir(r.main.name), `\$0`), full)
	}
	full = filepath.Clean(full)
	names, err := filepath.Glob(full)
	if err != nil {
		return nil, fmt.Errorf("%s is not a valid pattern; is there a [ without ]?", shown(pattern))
	}
	return slices.DeleteFunc(names, func(name string) bool {
		return hidden(full, name) || newFile(name).path() == r.main.path()
	}), nil
}

// hidden reports whether a wildcard stands for a name that begins with a dot.
// Shells do not match those either: editors leave their locks there (.#a.yml),
// and Kubernetes a second copy of everything (..data).
func hidden(pattern, name string) bool {
	asked := strings.Split(pattern, string(filepath.Separator))
	for i, part := range strings.Split(name, string(filepath.Separator)) {
		if strings.HasPrefix(part, ".") && i < len(asked) && !strings.HasPrefix(asked[i], ".") {
			return true
		}
	}
	return false
}

// listed reads one file of target_files; nil after a fault.
func (r *reader) listed(in *file) *yaml.Node {
	root := r.open(in, "a list of targets, or []")
	if root != nil && root.Kind != yaml.SequenceNode {
		r.fault(origin{in: in, line: root.Line}, "must be a list of targets, without a key before it; each begins with a dash")
		return nil
	}
	return root
}
