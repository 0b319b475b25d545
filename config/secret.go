package config

import (
	"errors"
	"fmt"
	"io"
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

// suffix of the keys of the form.
func (f secretForm) suffix() string { return [...]string{"", "_file", "_env"}[f] }

// Secret is one half of a credential: a literal, or the name of a file or of an environment variable that holds it.
// It prints as <secret> in every form. The zero Secret is not set. Secrets are copied freely and safe for concurrent
// use.
//
// Its source is behind a function, so that it stays hidden even where fmt cannot call its methods: in an unexported
// field of someone else's struct.
type Secret struct {
	from func() source
}

// source is where a secret comes from.
type source struct {
	form   secretForm
	text   string // the literal, the path, or the variable's name
	folder string // the only one that the file may be in; "" for any
	at     origin // where it was named
}

// LiteralSecret is the given value itself.
func LiteralSecret(value string) Secret { return newSecret(literalSecret, value, origin{}) }

func newSecret(form secretForm, text string, at origin) Secret {
	from := source{form: form, text: text, at: at}
	if form == fileSecret && at.in != nil {
		from.folder, _ = at.in.folder(text)
	}
	return Secret{func() source { return from }}
}

// source of no secret is the zero one.
func (s Secret) source() source {
	if s.IsZero() {
		return source{}
	}
	return s.from()
}

// wherever is the source, in whichever line it was named.
func (s source) wherever() source {
	s.at = origin{}
	return s
}

// IsZero reports whether no secret was configured.
func (s Secret) IsZero() bool { return s.from == nil }

// Source says where the secret comes from, for messages: "file secrets/x.secret", "environment variable X" or "the
// configuration file".
func (s Secret) Source() string {
	from := s.source()
	switch {
	case s.IsZero():
		return "no secret"
	case from.form == fileSecret:
		return "file " + from.text
	case from.form == envSecret:
		return "environment variable " + from.text
	default:
		return "the configuration file"
	}
}

// Value is the secret itself. A file is read each time, for it is at most 4 KiB: so a new content, a new file and a
// moved symbolic link all count at once, which no comparison of modification times can promise. The error names the
// source and never the value; an empty secret and one of several lines are errors, and so is a file outside of the
// folder that a target file may name files in.
func (s Secret) Value() (string, error) {
	from, err := s.source(), error(nil)
	value := from.text
	switch {
	case s.IsZero():
		return "", errors.New("no secret is configured")
	case from.form == fileSecret:
		var raw []byte
		raw, err = readFile(from.folder, from.text, maxSecretBytes)
		value = string(raw)
	case from.form == envSecret:
		var set bool
		if value, set = os.LookupEnv(from.text); !set {
			err = errors.New("is not set")
		}
	}
	if err == nil {
		value, err = oneLine(value)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", s.Source(), err)
	}
	return value, nil
}

// oneLine strips one line end and refuses what can only be a mistake: editors that write UTF-16 or a byte order mark
// would otherwise look like a wrong password at the router.
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

// String is <secret>.
func (s Secret) String() string { return redacted }

// Format prints <secret> for every verb, %x and %#v among them.
func (s Secret) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// MarshalText is <secret>; encoders of JSON, XML and YAML, and log/slog, use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
