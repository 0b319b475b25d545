package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// errLeadsOut is not said by os.Root in words that help.
var errLeadsOut = errors.New("a symbolic link on the way is absolute or leads out of the folder of the configuration")

// readFile reads a regular file of at most limit bytes. With a folder, both
// absolute, nothing outside of it is read, wherever symbolic links lead at that
// moment. Errors do not name the path; the caller does.
func readFile(folder, path string, limit int64) ([]byte, error) {
	var content []byte
	var err error
	if folder == "" {
		content, err = readRegular(os.Stat, os.Open, path, limit)
	} else {
		content, err = readConfined(folder, path, limit)
	}
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, pathErr.Err
	}
	return content, err
}

func readConfined(folder, path string, limit int64) ([]byte, error) {
	inside, err := filepath.Rel(folder, path)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if _, err := root.Stat(inside); err != nil {
		if _, reachable := os.Stat(path); reachable == nil {
			return nil, errLeadsOut
		}
		return nil, err
	}
	return readRegular(root.Stat, root.Open, inside, limit)
}

func readRegular(
	stat func(string) (fs.FileInfo, error), open func(string) (*os.File, error), path string, limit int64,
) ([]byte, error) {
	// Opening a named pipe would wait for its other end.
	info, err := stat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return nil, errors.New("is a directory, not a file")
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a regular file")
	}
	file, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("is larger than %d KiB", limit>>10)
	}
	return content, nil
}
