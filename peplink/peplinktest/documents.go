package peplinktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// documents are the live answers of a router, one tree an endpoint. A value
// that is changed or removed loses its movement, as the node itself is gone.
type documents struct {
	model *model
	seed  uint64

	mu    sync.Mutex
	trees map[string]*node
}

func newDocuments(m *model, seed uint64) (*documents, error) {
	d := &documents{model: m, seed: seed, trees: make(map[string]*node)}
	for endpoint := range m.fixtures {
		if _, known := endpoints[endpoint]; !known {
			return nil, fmt.Errorf("model %s: fixture for unknown endpoint %s", m.Name, endpoint)
		}
		if err := d.restore(endpoint); err != nil {
			return nil, err
		}
	}
	for endpoint := range m.moves {
		if d.trees[endpoint] == nil {
			return nil, fmt.Errorf("model %s: moves for %s, which has no fixture", m.Name, endpoint)
		}
	}
	return d, nil
}

// restore puts an endpoint back to its fixture, with all that moves in it.
func (d *documents) restore(endpoint string) error {
	fixture, ok := d.model.fixtures[endpoint]
	if !ok {
		return noDocument(endpoint)
	}
	tree, err := parseTree(fixture)
	if err != nil {
		return fmt.Errorf("model %s: fixture of %s: %w", d.model.Name, endpoint, err)
	}
	for _, move := range d.model.moves[endpoint] {
		if err := move.attach(tree, d.seed); err != nil {
			return fmt.Errorf("model %s: moves of %s: %w", d.model.Name, endpoint, err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trees[endpoint] = tree
	return nil
}

func (d *documents) names() []string {
	return slices.Sorted(maps.Keys(d.model.fixtures))
}

func (d *documents) has(endpoint string) bool {
	_, ok := d.model.fixtures[endpoint]
	return ok
}

// read writes the document, or what part makes of it, as JSON.
func (d *documents) read(endpoint string, at instant, part func(*node) (*node, error)) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	tree := d.trees[endpoint]
	if tree == nil {
		return nil, noDocument(endpoint)
	}
	if part != nil {
		var err error
		if tree, err = part(tree); err != nil {
			return nil, err
		}
	}
	return tree.appendJSON(nil, at), nil
}

func (d *documents) edit(endpoint, place string, change func(pointer, *node) (*node, error)) error {
	at, err := parsePointer(place)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	tree := d.trees[endpoint]
	if tree == nil {
		return noDocument(endpoint)
	}
	if tree, err = change(at, tree); err != nil {
		return fmt.Errorf("%s: %w", endpoint, err)
	}
	d.trees[endpoint] = tree
	return nil
}

func noDocument(endpoint string) error {
	return fmt.Errorf("%q: this router has no such document", endpoint)
}

// Document is what an endpoint answers now as `response`, without any filter.
func (r *Router) Document(endpoint string) ([]byte, error) {
	return r.documents.read(endpoint, r.instant(), nil)
}

// Value is what stands at a JSON pointer (RFC 6901) of an endpoint's document
// now. Numbers are json.Number, so that their spelling can be told.
func (r *Router) Value(endpoint, place string) (any, error) {
	at, err := parsePointer(place)
	if err != nil {
		return nil, err
	}
	text, err := r.documents.read(endpoint, r.instant(), at.find)
	if err != nil {
		return nil, err
	}
	return decodeAny(text)
}

// Change puts a value at a JSON pointer (RFC 6901) of an endpoint's document.
// It stays as given: what moved there moves no longer. A json.RawMessage keeps
// its spelling. A last part "-" adds to an array.
func (r *Router) Change(endpoint, place string, value any) error {
	tree, err := treeOf(value)
	if err != nil {
		return fmt.Errorf("value for %s%s: %w", endpoint, place, err)
	}
	return r.documents.edit(endpoint, place, func(at pointer, root *node) (*node, error) {
		return at.set(root, tree)
	})
}

// Remove takes out what stands at a JSON pointer of an endpoint's document.
func (r *Router) Remove(endpoint, place string) error {
	return r.documents.edit(endpoint, place, func(at pointer, root *node) (*node, error) {
		return root, at.remove(root)
	})
}

// Restore undoes every Change and Remove in an endpoint's document.
func (r *Router) Restore(endpoint string) error {
	return r.documents.restore(endpoint)
}

func decodeAny(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
