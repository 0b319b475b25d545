package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// secrets are those that the target's credential needs: none, one or two.
func (t *Target) secrets() []Secret {
	if t.Username != "" {
		return []Secret{t.Password}
	}
	return []Secret{t.ClientID, t.ClientSecret}
}

// CheckSecrets reads every secret once and reports those that cannot be read. The check of a file treats them as
// faults; the daemon does not, because there a missing secret costs only its own target and heals when it appears.
func (c *Config) CheckSecrets() Faults {
	var faults list
	for _, target := range c.Targets {
		for _, secret := range target.secrets() {
			if _, err := secret.Value(); err != nil {
				faults.add(secret.origin(), "%v", err)
			}
		}
	}
	return faults.sorted()
}

// SecretWarnings reads every secret once and reports what is probably not meant: blanks around it, and a file that
// every user of the machine may read.
func (c *Config) SecretWarnings() Faults {
	var warnings list
	readable := map[origin][]string{}
	for _, target := range c.Targets {
		for _, secret := range target.secrets() {
			value, err := secret.Value()
			if err == nil && strings.TrimSpace(value) != value {
				warnings.add(secret.origin(), "%s: begins or ends with a blank, which counts as part of the secret", secret.Source())
			}
			if from := secret.source(); err == nil && from.form == fileSecret && readableByAll(from.text) {
				readable[secret.origin()] = append(readable[secret.origin()], from.text)
			}
		}
	}
	for at, files := range readable {
		files = slices.Compact(files)
		more := ""
		if len(files) > 1 {
			more = fmt.Sprintf(" and %d more", len(files)-1)
		}
		warnings.add(at, "file %s%s: every user of this machine can read it; set its mode to 600", files[0], more)
	}
	return warnings.sorted()
}

// readableByAll: the file's mode says so, and that of every folder on the way.
func readableByAll(path string) bool {
	path, err := filepath.EvalSymlinks(path)
	for bit := os.FileMode(0o004); err == nil; bit = 0o001 {
		info, err := os.Stat(path)
		if err != nil || info.Mode()&bit == 0 {
			return false
		}
		if path == filepath.Dir(path) {
			return true
		}
		path = filepath.Dir(path)
	}
	return false
}
