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

	mu     sync.Mutex
	trees  map[string]*node     // of those edited, the others are the model's
	edited map[string][]pointer // what scenes leave alone
}

func newDocuments(m *model) *documents {
	return &documents{model: m, trees: make(map[string]*node), edited: make(map[string][]pointer)}
}

// tree is a document as edited, nil if the router has no such document. The
// caller holds the lock.
func (d *documents) tree(endpoint string) *node {
	if tree := d.trees[endpoint]; tree != nil {
		return tree
	}
	return d.model.trees[endpoint]
}

// restore puts an endpoint back to its fixture, with all that moves in it.
func (d *documents) restore(endpoint string) error {
	if !d.has(endpoint) {
		return noDocument(endpoint)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.trees, endpoint)
	delete(d.edited, endpoint)
	return nil
}

func (d *documents) names() []string {
	return slices.Sorted(maps.Keys(d.model.trees))
}

func (d *documents) has(endpoint string) bool {
	return d.model.trees[endpoint] != nil
}

// current is the document as edited, and as the scenes have left it.
func (d *documents) current(endpoint string, at instant) (*node, error) {
	d.mu.Lock()
	tree, edited := d.tree(endpoint), d.edited[endpoint]
	d.mu.Unlock()
	if tree == nil {
		return nil, noDocument(endpoint)
	}
	return play(d.model.scenes, endpoint, tree, edited, at), nil
}

// edit changes the document as it would be without scenes.
func (d *documents) edit(endpoint, place string, change func(pointer, *node) (*node, error)) error {
	at, err := parsePointer(place)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	tree := d.tree(endpoint)
	if tree == nil {
		return noDocument(endpoint)
	}
	if tree, err = change(at, tree); err != nil {
		return fmt.Errorf("%s: %w", endpoint, err)
	}
	d.trees[endpoint] = tree
	if same := func(p pointer) bool { return slices.Equal(p, at) }; !slices.ContainsFunc(d.edited[endpoint], same) {
		d.edited[endpoint] = append(slices.Clip(d.edited[endpoint]), at)
	}
	return nil
}

func noDocument(endpoint string) error {
	return fmt.Errorf("%q: this router has no such document", endpoint)
}

// Document is what an endpoint answers now as `response`, without any filter.
func (r *Router) Document(endpoint string) ([]byte, error) {
	at := r.instant()
	tree, err := r.documents.current(endpoint, at)
	if err != nil {
		return nil, err
	}
	return tree.appendJSON(nil, nil, at), nil
}

// Value is what stands at a JSON pointer (RFC 6901) of an endpoint's document
// now. Numbers are json.Number, so that their spelling can be told.
func (r *Router) Value(endpoint, place string) (any, error) {
	p, err := parsePointer(place)
	if err != nil {
		return nil, err
	}
	at := r.instant()
	tree, err := r.documents.current(endpoint, at)
	if err != nil {
		return nil, err
	}
	text, err := p.text(tree, at)
	if err != nil {
		return nil, err
	}
	return decodeAny(text)
}

// Change puts a value at a JSON pointer (RFC 6901) of an endpoint's document.
// It stays as given: what moved there moves no longer, and scenes pass it by. A
// json.RawMessage keeps its spelling. A last part "-" adds to an array.
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
	return r.documents.edit(endpoint, place, pointer.remove)
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
