package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// parse reads the one document of the file that is being read, which needs at
// least what is named; nil after a fault.
func (r *reader) parse(text []byte, needed string) *yaml.Node {
	var first, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&first)
	if errors.Is(err, io.EOF) || err == nil && isNull(first.Content[0]) {
		r.fault(0, "", "the file is empty; it needs %s", needed)
		return nil
	}
	if err == nil {
		err = decoder.Decode(&second)
	}
	switch {
	case err == nil:
		r.fault(second.Line, "", "a second YAML document begins here; write everything in one")
		return nil
	case !errors.Is(err, io.EOF):
		line, message := syntaxFault(err, text)
		r.fault(line, "", "not valid YAML: %s", message)
		return nil
	}
	return first.Content[0]
}

var (
	yamlLine      = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntaxFault takes line and text out of an error of the YAML parser. An unknown
// anchor is put in other words: it may be an unquoted secret that begins with *.
func syntaxFault(err error, text []byte) (line int, message string) {
	message = err.Error()
	if prefix := yamlLine.FindStringSubmatch(message); prefix != nil {
		message = message[len(prefix[0]):]
		line, _ = strconv.Atoi(prefix[1])
	}
	if anchor := unknownAnchor.FindStringSubmatch(message); anchor != nil {
		message = "unknown anchor; a value that begins with * must stand in quotes"
		before, _, _ := strings.Cut(string(text), "*"+anchor[1])
		line = 1 + strings.Count(before, "\n")
	}
	return line, message
}
