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
// What it is made of is behind a function, so that it stays hidden even where fmt cannot call its methods: in an
// unexported field of someone else's struct.
type Secret struct {
	made func() (source, origin)
}

// source is where a secret comes from.
type source struct {
	form   secretForm
	text   string // the literal, the path, or the variable's name
	folder string // the only one that the file may be in; "" for any
	set    bool
}

// LiteralSecret is the given value itself.
func LiteralSecret(value string) Secret { return newSecret(literalSecret, value, origin{}) }

func newSecret(form secretForm, text string, at origin) Secret {
	from := source{form: form, text: text, set: true}
	if form == fileSecret && at.in != nil {
		from.folder, _ = at.in.folder(text)
	}
	return Secret{func() (source, origin) { return from, at }}
}

func (s Secret) source() (from source) {
	if s.made != nil {
		from, _ = s.made()
	}
	return from
}

// origin is where the secret was named.
func (s Secret) origin() (at origin) {
	if s.made != nil {
		_, at = s.made()
	}
	return at
}

// IsZero reports whether no secret was configured.
func (s Secret) IsZero() bool { return s.made == nil }

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
	if s.IsZero() {
		return "", errors.New("no secret is configured")
	}
	raw, err := s.source().read()
	if err == nil {
		raw, err = oneLine(raw)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", s.Source(), err)
	}
	return raw, nil
}

func (s source) read() (string, error) {
	switch s.form {
	case fileSecret:
		raw, err := readFile(s.folder, s.text, maxSecretBytes)
		return string(raw), err
	case envSecret:
		raw, ok := os.LookupEnv(s.text)
		if !ok {
			return "", errors.New("is not set")
		}
		return raw, nil
	default:
		return s.text, nil
	}
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
