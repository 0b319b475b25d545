package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// reader collects what one call of Load finds.
type reader struct {
	file       string
	directory  string // relative paths in the file start here
	collectors Collectors
	faults     Faults
	// flattened and flattening serve pairs.
	flattened  map[*yaml.Node][]pair
	flattening map[*yaml.Node]bool
	// authorities by path: a CA file in defaults is read once, not per target.
	authorities map[string]authority
}

// document is the top level of the file, its parts not yet read: defaults come
// first, wherever they stand.
type document struct {
	defaults, targets field
}

var documentKeys = []key[document]{
	{"defaults", anywhere, func(_ *reader, f field, into *document) { into.defaults = f }},
	{"targets", anywhere, func(_ *reader, f field, into *document) { into.targets = f }},
}

// Load reads the file and everything it names except the secrets. Its error is
// always Faults and names every fault of the file at once; only where the text
// is no YAML does it stop at the first.
func Load(path string, c Collectors) (*Config, error) {
	r := &reader{
		file:        path,
		directory:   filepath.Dir(path),
		collectors:  c,
		flattened:   map[*yaml.Node][]pair{},
		flattening:  map[*yaml.Node]bool{},
		authorities: map[string]authority{},
	}
	// Absolute, so that the effective configuration means the same everywhere.
	if absolute, err := filepath.Abs(r.directory); err == nil {
		r.directory = absolute
	}
	config := &Config{}
	if root := r.parse(); root != nil {
		found := r.document(root)
		for _, one := range found {
			config.Targets = append(config.Targets, &one.Target)
		}
		config.Warnings = r.warnings(found)
	}
	if len(r.faults) > 0 {
		return nil, r.faults.tidy()
	}
	return config, nil
}

// fault notes a fault at a line; 0 stands for the file as a whole.
func (r *reader) fault(line int, key, format string, args ...any) {
	r.faults = append(r.faults, Fault{File: r.file, Line: line, Key: key, Message: fmt.Sprintf(format, args...)})
}

// parse reads the file's one document; nil after a fault.
func (r *reader) parse() *yaml.Node {
	text, err := os.ReadFile(r.file)
	if err != nil {
		r.fault(0, "", "cannot read the configuration: %v", errors.Unwrap(err))
		return nil
	}
	var first, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err = decoder.Decode(&first); errors.Is(err, io.EOF) || err == nil && isNull(first.Content[0]) {
		r.fault(0, "", "the file is empty; it needs at least the key targets")
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

// document reads defaults and then every target.
func (r *reader) document(root *yaml.Node) []*settings {
	var d document
	readMapping(r, field{line: root.Line, node: root}, anywhere, documentKeys, &d)
	defaults := r.builtIn()
	if d.defaults.node != nil {
		readMapping(r, d.defaults, inDefaults, settingKeys, defaults)
		r.checkCredential(defaults)
	}
	var found []*settings
	taken := taken{names: map[string]int{}, addresses: map[string]int{}}
	for _, item := range r.items(d.targets) {
		if item.node.Kind != yaml.MappingNode {
			r.fault(item.line, item.path, "every item must be a mapping, with name and url")
			continue
		}
		target := r.target(item, defaults)
		taken.check(r, target)
		found = append(found, target)
	}
	return found
}
