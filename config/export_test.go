package config

import "bytes"

// YAML is what WriteYAML writes.
func (c *Config) YAML() ([]byte, error) {
	var text bytes.Buffer
	err := c.WriteYAML(&text)
	return text.Bytes(), err
}

// Same reports whether both come from the same place by the same rights, or are
// the same literal.
func Same(a, b Secret) bool {
	return a.IsZero() == b.IsZero() && a.source().wherever() == b.source().wherever()
}

// FileSecret is what the file holds whenever it is asked.
func FileSecret(path string) Secret { return newSecret(fileSecret, path, origin{}) }

// EnvSecret is what the environment variable holds.
func EnvSecret(name string) Secret { return newSecret(envSecret, name, origin{}) }
