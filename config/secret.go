package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// redacted stands wherever a secret would be printed.
const redacted = "<secret>"

// maxSecretBytes bounds what is read from a secret's file.
const maxSecretBytes = 4 << 10

type secretForm uint8

const (
	literalSecret secretForm = iota
	fileSecret
	envSecret
)

// Secret is one half of a credential: a literal, or the name of a file or of an
// environment variable that holds it. It prints as <secret> in every form. The
// zero Secret is not set. Secrets are copied freely and safe for concurrent use.
//
// Its text is behind a function, so that it stays hidden even where fmt cannot
// call its methods: in an unexported field of someone else's struct.
type Secret struct {
	setting *secretSetting
}

type secretSetting struct {
	form secretForm
	text func() string // the literal, the path, or the variable's name

	origin origin
}

// LiteralSecret is the given value itself.
func LiteralSecret(value string) Secret { return newSecret(literalSecret, value, origin{}) }

// FileSecret is what the file holds whenever it is asked.
func FileSecret(path string) Secret { return newSecret(fileSecret, path, origin{}) }

// EnvSecret is what the environment variable holds.
func EnvSecret(name string) Secret { return newSecret(envSecret, name, origin{}) }

func newSecret(form secretForm, text string, from origin) Secret {
	return Secret{&secretSetting{form: form, text: func() string { return text }, origin: from}}
}

// IsZero reports whether no secret was configured.
func (s Secret) IsZero() bool { return s.setting == nil }

// Same reports whether both come from the same place by the same rights, or are
// the same literal.
func (s Secret) Same(other Secret) bool {
	if s.IsZero() || other.IsZero() {
		return s.IsZero() && other.IsZero()
	}
	return s.setting.form == other.setting.form && s.setting.text() == other.setting.text() &&
		s.folder() == other.folder()
}

// folder is the only one that the secret's file may be in; empty for any.
func (s Secret) folder() string {
	if s.setting.form != fileSecret || s.setting.origin.in == nil {
		return ""
	}
	return s.setting.origin.in.confined
}

// Source says where the secret comes from, for messages: "file secrets/x.secret",
// "environment variable X" or "the configuration file".
func (s Secret) Source() string {
	switch {
	case s.IsZero():
		return "no secret"
	case s.setting.form == fileSecret:
		return "file " + s.setting.text()
	case s.setting.form == envSecret:
		return "environment variable " + s.setting.text()
	default:
		return "the configuration file"
	}
}

// Value is the secret itself. A file is read each time, for it is at most 4 KiB:
// so a new content, a new file and a moved symbolic link all count at once, which
// no comparison of modification times can promise. The error names the source
// and never the value; an empty secret and one of several lines are errors, and
// so is a file outside of the folder that a target file may name files in.
func (s Secret) Value() (string, error) {
	if s.IsZero() {
		return "", errors.New("no secret is configured")
	}
	raw, err := s.read()
	if err == nil {
		raw, err = oneLine(raw)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", s.Source(), err)
	}
	return raw, nil
}

func (s Secret) read() (string, error) {
	switch s.setting.form {
	case fileSecret:
		raw, err := readFile(s.folder(), s.setting.text(), maxSecretBytes)
		return string(raw), err
	case envSecret:
		raw, ok := os.LookupEnv(s.setting.text())
		if !ok {
			return "", errors.New("is not set")
		}
		return raw, nil
	default:
		return s.setting.text(), nil
	}
}

// oneLine strips one line end and refuses what can only be a mistake: editors
// that write UTF-16 or a byte order mark would otherwise look like a wrong
// password at the router.
func oneLine(raw string) (string, error) {
	line := strings.TrimSuffix(strings.TrimSuffix(raw, "\n"), "\r")
	switch {
	case strings.TrimSpace(line) == "":
		return "", errors.New("is empty")
	case strings.ContainsAny(line, "\r\n"):
		return "", errors.New("has more than one line")
	case !utf8.ValidString(line) || strings.ContainsFunc(line, notText):
		return "", errors.New("is not plain UTF-8 text")
	}
	return line, nil
}

func notText(r rune) bool { return unicode.IsControl(r) || r == '\uFEFF' }

// fault is a fault at the place that named the secret.
func (s Secret) fault(message string) Fault {
	if s.IsZero() {
		return Fault{Message: message}
	}
	return s.setting.origin.fault(message)
}

// String is <secret>.
func (s Secret) String() string { return redacted }

// GoString is <secret>.
func (s Secret) GoString() string { return redacted }

// Format prints <secret> for every verb, %x and %q among them.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText is <secret>; encoding/json and encoding/xml use it too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalYAML is <secret>.
func (s Secret) MarshalYAML() (any, error) { return redacted, nil }

// LogValue is <secret>.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
