package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxTargetFileBytes bounds one file of targets; ten thousand targets take a
// tenth of it.
const maxTargetFileBytes = 16 << 20

// targetFiles reads the lists of targets that match the patterns of
// target_files: sorted by name, each once, whichever patterns it matches.
func (r *reader) targetFiles(patterns field) []*file {
	seen := map[string]bool{}
	var all []*file
	for _, item := range r.items(patterns) {
		pattern, ok := r.path(item)
		if !ok {
			continue
		}
		if pattern == "" {
			r.fault(item.line, item.path, "holds an empty path; write one such as targets.d/*.yml")
			continue
		}
		names, err := matches(r.main.name, pattern)
		if err != nil {
			r.fault(item.line, item.path, "%s is not a valid pattern; is there a [ without ]?", shown(pattern))
			continue
		}
		names = slices.DeleteFunc(names, func(name string) bool { return newFile(name).path() == r.main.path() })
		if len(names) == 0 {
			r.warn(r.in, item.line, item.path, "no file of targets matches %s", shown(pattern))
		}
		for _, name := range names {
			found := newFile(name)
			if !seen[found.path()] {
				seen[found.path()] = true
				found.confined = r.main.directory
				all = append(all, found)
			}
		}
	}
	slices.SortFunc(all, func(a, b *file) int { return strings.Compare(a.name, b.name) })
	return all
}

var wildcard = regexp.MustCompile(`[*?\[\\]`)

// matches are the files of a pattern that stands in the file main, named as
// main is: from the working directory or from the root.
func matches(main, pattern string) ([]string, error) {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(wildcard.ReplaceAllString(filepath.Dir(main), `\$0`), pattern)
	}
	pattern = filepath.Clean(pattern)
	names, err := filepath.Glob(pattern)
	return slices.DeleteFunc(names, func(name string) bool { return hidden(pattern, name) }), err
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
	r.in = in
	text, err := readFile("", in.path(), maxTargetFileBytes)
	r.record(in.path(), text, err)
	if err != nil {
		r.fault(0, "", "cannot read the file: %v", err)
		return nil
	}
	root := r.parse(text, "a list of targets, or []")
	if root != nil && root.Kind != yaml.SequenceNode {
		r.fault(root.Line, "", "must be a list of targets, without a key before it; each begins with a dash")
		return nil
	}
	return root
}
