package mutants

import "gopkg.in/yaml.v3"

// verbatim is what is written as it was read. To read it into values would change it: in a rule test, 0x100 are a
// hundred and one samples of 0, and in YAML the number 256.
type verbatim struct{ node yaml.Node }

var (
	_ yaml.Unmarshaler = (*verbatim)(nil)
	_ yaml.Marshaler   = verbatim{}
)

// UnmarshalYAML keeps the node as it is.
func (v *verbatim) UnmarshalYAML(node *yaml.Node) error {
	v.node = *selfContained(node)
	return nil
}

// MarshalYAML gives it back.
func (v verbatim) MarshalYAML() (any, error) { return &v.node, nil }

// selfContained copies a node and puts what it refers to in the place of each alias: the anchor may stand in a part of
// the file that is not written.
func selfContained(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return selfContained(node.Alias)
	}
	whole := *node
	whole.Anchor = ""
	whole.Content = nil
	for _, part := range node.Content {
		whole.Content = append(whole.Content, selfContained(part))
	}
	return &whole
}
