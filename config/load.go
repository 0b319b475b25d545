package config

import (
	"crypto/sha256"
	"fmt"
	"hash"

	"gopkg.in/yaml.v3"
)

// maxFileBytes bounds the file and each one of target_files; ten thousand targets take a tenth of it.
const maxFileBytes = 16 << 20

// Option changes what Load takes for a fault.
type Option uint8

// AllowMissingCredentials takes a target without a credential for complete, as is right before the first one has been
// made. Half a credential stays a fault.
const AllowMissingCredentials Option = 1

// reader collects what one call of Load finds.
type reader struct {
	main, in         *file // in is the one that is being read
	collectors       Collectors
	options          []Option
	faults, warnings list
	// flattened, named and budget keep aliases and merges from multiplying.
	flattened map[*yaml.Node][]pair
	named     map[*yaml.Node]bool
	budget    int
	// authorities: a CA file in defaults is read once, not per target.
	authorities map[authorityFile]authority
	// names and addresses are of the targets so far.
	names, addresses map[string]origin
	// files and sum are of everything that was read.
	files []string
	sum   hash.Hash
}

// document is the top level of the file. Its values are read later, because defaults come first wherever they stand.
type document struct {
	Defaults    field `yaml:"defaults"`
	Targets     field `yaml:"targets"`
	TargetFiles field `yaml:"target_files"`
	SecretDirs  field `yaml:"secret_dirs"`
}

// Load reads the file and everything it names except the secrets. Its error is always Faults and names every fault of
// all files at once; only a file whose text is no YAML is left at its first.
func Load(path string, c Collectors, options ...Option) (*Config, error) {
	r := newReader(path, c, options)
	found := r.everything()
	if faults := r.faults.sorted(); len(faults) > 0 {
		return nil, faults
	}
	config := &Config{Files: r.files, Checksum: r.checksum()}
	for _, one := range found {
		config.Targets = append(config.Targets, &one.Target)
	}
	r.warnAbout(found)
	config.Warnings = r.warnings.sorted()
	return config, nil
}

// Checksum is the Config.Checksum that Load would find now. It needs no file without faults: what cannot be read
// counts as such. So a change of any file, a new file that matches target_files and a moved symbolic link each give
// another one, and the repair of a fault does too. Secrets do not count, for their files are read whenever they are
// needed.
//
// It takes as long as Load does: 0.2 s for ten thousand targets. Who reloads on a change asks for it before Load, so
// that a change in between is seen next time.
func Checksum(path string) [sha256.Size]byte {
	// It is Load itself, so that the two cannot disagree on what is read. Which collectors exist makes faults, but
	// no difference to that.
	r := newReader(path, Collectors{}, nil)
	r.everything()
	return r.checksum()
}

func newReader(path string, c Collectors, options []Option) *reader {
	return &reader{
		main:        newFile(path),
		collectors:  c,
		options:     options,
		flattened:   map[*yaml.Node][]pair{},
		named:       map[*yaml.Node]bool{},
		budget:      spareBudget,
		authorities: map[authorityFile]authority{},
		names:       map[string]origin{},
		addresses:   map[string]origin{},
		sum:         sha256.New(),
	}
}

// record counts a file that was read, or that could not be, into the checksum.
func (r *reader) record(path string, content []byte, err error) {
	r.files = append(r.files, path)
	fmt.Fprintf(r.sum, "%q %v %d\n", path, err, len(content))
	r.sum.Write(content)
}

func (r *reader) checksum() [sha256.Size]byte { return [sha256.Size]byte(r.sum.Sum(nil)) }

func (r *reader) fault(at origin, format string, args ...any) { r.faults.add(at, format, args...) }

// everything reads the file and those it names, and returns all targets: those of the file itself first.
func (r *reader) everything() []*settings {
	root := r.open(r.main, "at least the key targets")
	if root == nil {
		return nil
	}
	var d document
	r.mapping(field{origin{in: r.in, line: root.Line}, root}, &d, documentKeys, map[string]origin{})
	unread := len(r.faults.all)
	defaults := r.builtIn()
	if d.Defaults.node != nil {
		r.settings(d.Defaults, defaults)
	}
	confined := append([]string{r.main.directory}, r.secretDirs(d.SecretDirs)...)
	before := len(r.faults.all)
	found := r.targets(d.Targets, defaults)
	for _, in := range r.targetFiles(d.TargetFiles) {
		in.confined = confined
		list := r.open(in, "a list of targets, or []")
		switch {
		case list == nil:
		case list.Kind != yaml.SequenceNode:
			r.fault(origin{in: in, line: list.Line}, "must be a list of targets, without a key before it; each begins with a dash")
		default:
			found = append(found, r.targets(field{origin{in, list.Line, "targets"}, list}, defaults)...)
		}
	}
	if len(found) == 0 && unread == 0 && len(r.faults.all) == before {
		r.checkNone(d)
	}
	return found
}

// checkNone lets a configuration without targets pass only where that is written: a folder that was emptied by
// mistake must not end all alerts.
func (r *reader) checkNone(d document) {
	switch list := d.Targets; {
	case list.node != nil && list.node.Kind == yaml.SequenceNode:
		r.warnings.add(list.origin, "there are no targets yet, so no router is polled")
	case len(r.warnings.all) > 0: // the patterns that match nothing
		for _, unmatched := range r.warnings.all {
			r.fault(origin{r.main, unmatched.Line, unmatched.Key}, "%s, and there is no other target; write targets: [] if that is meant", unmatched.Message)
		}
	default:
		r.fault(origin{r.main, list.line, "targets"}, "there is no target; write targets: [] if that is meant")
	}
}

// open reads the one document of a file, which needs at least what is named; nil after a fault.
func (r *reader) open(in *file, needed string) *yaml.Node {
	r.in = in
	text, err := readFile("", in.path(), maxFileBytes)
	r.record(in.path(), text, err)
	if err != nil {
		r.fault(origin{in: in}, "cannot read the file: %v", err)
		return nil
	}
	r.budget += len(text)
	return r.parse(text, needed)
}

// targets reads one list of targets.
func (r *reader) targets(list field, defaults *settings) (found []*settings) {
	for _, item := range r.items(list) {
		if item.node.Kind == yaml.MappingNode {
			found = append(found, r.target(item, defaults))
		} else {
			r.fault(item.origin, "every item must be a mapping, with name and url")
		}
	}
	return found
}
