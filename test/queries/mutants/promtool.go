package mutants

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"gopkg.in/yaml.v3"
)

// patience is how long one run of promtool may take. It takes seconds: who needs longer is stuck.
const patience = 3 * time.Minute

// promtool runs suites against rules, each run in a folder of its own.
type promtool struct {
	path   string
	folder string
}

// objection is what promtool prints when a check comes out otherwise than expected, or when a rule cannot be evaluated
// on the data of a test. Anything else that makes it fail is no verdict about the rules.
var objection = regexp.MustCompile(`(?m)^ {8}exp:|^ {4}(rule|expr): .+, time: .+, err: `)

// test says whether the rules pass a suite, and what promtool printed. An error says that there is no verdict.
func (p promtool) test(ctx context.Context, rules *rulesFile, s *suite) (passed bool, said string, err error) {
	folder, err := os.MkdirTemp(p.folder, "run")
	if err != nil {
		return false, "", fmt.Errorf("making a folder for promtool: %w", err)
	}
	defer os.RemoveAll(folder)
	if err := errors.Join(write(folder, rulesName, rules), write(folder, s.name, s)); err != nil {
		return false, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	command := exec.CommandContext(ctx, p.path, "test", "rules", s.name) //nolint:gosec // the program is promtool, by its name from PATH, and the name that of a test file
	command.Dir = folder
	// Its scratch databases go with the folder, and as many run side by side as there are processors.
	command.Env = append(os.Environ(), "TMPDIR="+folder, "GOMAXPROCS=1")
	output, err := command.CombinedOutput()
	passed, err = verdict(ctx, output, err)
	return passed, string(output), err
}

func verdict(ctx context.Context, output []byte, failure error) (passed bool, err error) {
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return false, fmt.Errorf("promtool: %w", context.Cause(ctx))
	case failure == nil:
		return true, nil
	case errors.As(failure, &exit) && objection.Match(output):
		return false, nil
	default:
		return false, fmt.Errorf("promtool failed without a failed check: %w\n%s", failure, output)
	}
}

func write(folder, name string, what any) error {
	text, err := yaml.Marshal(what)
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}
