package deployments_test

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The same commit gives the same bytes, also from another folder, with other times and
// other permissions of its files.
func TestPackagesAreReproducible(t *testing.T) {
	here, there := filepath.Join(t.TempDir(), "source"), filepath.Join(t.TempDir(), "somewhere", "else", "peplink")
	sourceCopy(t, here)
	sourceCopy(t, there)
	makeUnlike(t, there)
	first, second := sums(t, here), sums(t, there)
	for name, sum := range first {
		t.Logf("%s %x", name, sum)
		if second[name] != sum {
			t.Errorf("%s differs between two builds", name)
		}
	}
}

// sums are the SHA-256 of the program and of its packages, built in a folder.
func sums(t *testing.T, source string) map[string][sha256.Size]byte {
	t.Helper()
	described := readPackaging(t, source)
	program := described.buildProgram(t, source)
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][sha256.Size]byte{
		"program": sha256.Sum256(content),
		"deb":     sha256.Sum256(described.pack(t, source, program, "deb", packagedVersion)),
		"rpm":     sha256.Sum256(described.pack(t, source, program, "rpm", packagedVersion)),
	}
}

// makeUnlike gives the files of a folder what a clone of another user and day has.
func makeUnlike(t *testing.T, folder string) {
	t.Helper()
	day := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o600)
		if entry.IsDir() {
			mode = 0o700
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		return os.Chtimes(path, day, day)
	})
	if err != nil {
		t.Fatal(err)
	}
}
