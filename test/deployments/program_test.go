package deployments_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is its first folder, as seen from here; the absolute one, for programs that
// run elsewhere.
func repository(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// output runs a program in a folder and returns what it writes. The test ends if it fails.
func output(t *testing.T, folder, program string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = folder
	var complaints strings.Builder
	command.Stderr = &complaints
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s%s", program, arguments, err, answer, complaints.String())
	}
	return string(answer)
}

// builtProgram builds a program of the repository, and returns its path.
func builtProgram(t *testing.T, source, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	output(t, repository(t), "go", "build", "-o", path, source)
	return path
}

// sourceCopy copies what is or could be committed into a folder, but no tests. Links are
// left out: only the chart has some.
func sourceCopy(t *testing.T, folder string) {
	t.Helper()
	from := repository(t)
	listed := output(t, from, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		info, err := os.Lstat(filepath.Join(from, name))
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(name, "test/") {
			continue // a deleted file is still listed
		}
		content, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
}
