package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// readFile reads a regular file of at most limit bytes. Its errors do not name
// the path; the caller does.
func readFile(path string, limit int64) ([]byte, error) {
	content, err := readRegular(path, limit)
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, pathErr.Err
	}
	return content, err
}

func readRegular(path string, limit int64) ([]byte, error) {
	// Opening a named pipe would wait for its other end.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("is larger than %d bytes", limit)
	}
	return content, nil
}
