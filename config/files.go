package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"unicode"
)

// paths hands over each path of a list.
func (r *reader) paths(list field, example string, each func(at origin, path string) error) {
	r.texts(list, func(at origin, path string) error {
		switch {
		case path == "":
			return fmt.Errorf("holds an empty path; write one such as %s", example)
		case strings.ContainsFunc(path, notGraphic):
			return errNoPath
		}
		return each(at, path)
	})
}

// secretDirs are the folders out of which files of targets may name secrets, beside that of the main file.
func (r *reader) secretDirs(list field) (all []string) {
	r.paths(list, "/run/secrets", func(_ origin, path string) error {
		all = append(all, r.main.pathFor(path, ""))
		return nil
	})
	return all
}

// targetFiles reads the lists of targets that match the patterns of target_files: sorted by path, each once, whichever
// patterns it matches.
func (r *reader) targetFiles(patterns field) (all []*file) {
	r.paths(patterns, "targets.d/*.yml", func(at origin, pattern string) error {
		names, err := r.matches(pattern)
		if err != nil {
			return fmt.Errorf("%s is not a valid pattern; is there a [ without ]?", shown(pattern))
		}
		if len(names) == 0 {
			r.warnings.add(at, "no file of targets matches %s", shown(pattern))
		}
		for _, name := range names {
			all = append(all, newFile(name))
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b *file) int { return strings.Compare(a.path(), b.path()) })
	return slices.CompactFunc(all, func(a, b *file) bool { return a.path() == b.path() })
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

var errNoPath = errors.New("holds characters that no path should have, such as a line end")

func notGraphic(r rune) bool { return !unicode.IsGraphic(r) }

// checkPath looks at the path of a file. One of target_files may not name files anywhere; whether a symbolic link
// leads out of its folder is found out when it is followed. A target's name cannot change the outcome, for it is no
// more than a word.
func (r *reader) checkPath(f field, path string) error {
	if strings.ContainsFunc(path, notGraphic) {
		return errNoPath
	}
	if _, ok := f.in.folder(f.in.pathFor(path, "x")); !ok {
		return fmt.Errorf("leads out of the folder of %s; a file of target_files may name only files in it, "+
			"or in the secret_dirs of that file", r.main.name)
	}
	return nil
}

// readFile reads a regular file of at most limit bytes. With a folder, both absolute, nothing outside of it is read,
// wherever symbolic links lead at that moment. Errors do not name the path; the caller does.
func readFile(folder, path string, limit int64) ([]byte, error) {
	file, err := openFile(folder, path)
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("is a directory, not a file")
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a regular file")
	}
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		return nil, fmt.Errorf("is larger than %d KiB", limit>>10)
	}
	return content, err
}

// openFile does not wait for the other end of a named pipe.
func openFile(folder, path string) (*os.File, error) {
	const mode = os.O_RDONLY | syscall.O_NONBLOCK
	if folder == "" {
		return os.OpenFile(path, mode, 0)
	}
	inside, err := filepath.Rel(folder, path)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.OpenFile(inside, mode, 0)
	if err != nil {
		_, within := root.Stat(inside)
		if _, reachable := os.Stat(path); within != nil && reachable == nil {
			return nil, fmt.Errorf("a symbolic link on the way is absolute or leads out of the folder %s", folder)
		}
	}
	return file, err
}
