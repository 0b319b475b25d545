package peplinktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
)

// documents are the live answers of a router, one tree an endpoint.
type documents struct {
	fixtures map[string]*node

	mu    sync.Mutex
	trees map[string]*node // of those that were changed
}

func newDocuments(m *model) *documents {
	return &documents{fixtures: m.trees, trees: make(map[string]*node)}
}

func (d *documents) has(endpoint string) bool {
	return d.fixtures[endpoint] != nil
}

func (d *documents) current(endpoint string) (*node, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tree(endpoint)
}

// tree is called with the lock held.
func (d *documents) tree(endpoint string) (*node, error) {
	if tree := d.trees[endpoint]; tree != nil {
		return tree, nil
	}
	if tree := d.fixtures[endpoint]; tree != nil {
		return tree, nil
	}
	return nil, fmt.Errorf("%q: this router has no such document", endpoint)
}

// edit puts what change makes of a document in its place.
func (d *documents) edit(endpoint, path string, change func(pointer, *node) (*node, error)) error {
	at, err := parsePointer(path)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	tree, err := d.tree(endpoint)
	if err != nil {
		return err
	}
	if tree, err = change(at, tree); err != nil {
		return fmt.Errorf("%s: %w", endpoint, err)
	}
	d.trees[endpoint] = tree
	return nil
}

// Document is what an endpoint answers now as `response`, without any filter.
func (r *Router) Document(endpoint string) ([]byte, error) {
	tree, err := r.documents.current(endpoint)
	if err != nil {
		return nil, err
	}
	return tree.json(), nil
}

// Value is what stands at a JSON pointer (RFC 6901) of an endpoint's document
// now. Numbers are json.Number, so that their spelling can be told.
func (r *Router) Value(endpoint, path string) (value any, err error) {
	p, err := parsePointer(path)
	if err != nil {
		return nil, err
	}
	tree, err := r.documents.current(endpoint)
	if err != nil {
		return nil, err
	}
	if tree, err = p.find(tree); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(tree.json()))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}

// Change puts a value at a JSON pointer (RFC 6901) of an endpoint's document. A
// json.RawMessage keeps its spelling. A last part "-" adds to an array.
func (r *Router) Change(endpoint, path string, value any) error {
	tree, err := treeOf(value)
	if err != nil {
		return fmt.Errorf("value for %s%s: %w", endpoint, path, err)
	}
	return r.documents.edit(endpoint, path, func(at pointer, root *node) (*node, error) {
		return at.set(root, tree)
	})
}

// Remove takes out what stands at a JSON pointer of an endpoint's document.
func (r *Router) Remove(endpoint, path string) error {
	return r.documents.edit(endpoint, path, pointer.remove)
}

// Restore undoes every Change and Remove in an endpoint's document, or only
// those at the given JSON pointers.
func (r *Router) Restore(endpoint string, paths ...string) error {
	if len(paths) == 0 {
		paths = []string{""}
	}
	for _, path := range paths {
		if err := r.documents.edit(endpoint, path, func(at pointer, root *node) (*node, error) {
			if fixture, err := at.find(r.documents.fixtures[endpoint]); err == nil {
				return at.set(root, fixture)
			}
			return at.remove(root)
		}); err != nil {
			return err
		}
	}
	return nil
}
