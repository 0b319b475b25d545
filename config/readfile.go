package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
)

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
