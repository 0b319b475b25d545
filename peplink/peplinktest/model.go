package peplinktest

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed models
var embedded embed.FS

// parsed keeps the models once read: all routers of a model share its trees.
var parsed sync.Map //nolint:gochecknoglobals // a cache of what is embedded, name → *model; nothing in it ever changes

// model is what a folder of fixtures says.
type model struct {
	facts

	trees map[string]*node // endpoint → response
}

// Models are the names of the models, sorted.
func Models() []string {
	files, _ := fs.Glob(embedded, "models/*/model.json") // fails only for a bad pattern
	for i, file := range files {
		files[i] = path.Base(path.Dir(file))
	}
	slices.Sort(files)
	return files
}

// modelOf reads a model once in a process.
func modelOf(name string) (*model, error) {
	if kept, ok := parsed.Load(name); ok {
		return kept.(*model), nil
	}
	if !slices.Contains(Models(), name) {
		return nil, fmt.Errorf("no model %q, only %s", name, strings.Join(Models(), ", "))
	}
	m := &model{trees: make(map[string]*node)}
	if err := m.read(path.Join("models", name)); err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	kept, _ := parsed.LoadOrStore(name, m)
	return kept.(*model), nil
}

// read takes model.json and, from every other file, the response of an endpoint.
func (m *model) read(folder string) error {
	files, err := embedded.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := embedded.ReadFile(path.Join(folder, file.Name()))
		if err != nil {
			return err
		}
		endpoint := strings.TrimSuffix(file.Name(), ".json")
		if endpoint == "model" {
			err = m.readFacts(text)
		} else if endpoints[endpoint] == nil {
			err = errors.New("no such endpoint")
		} else {
			m.trees[endpoint], err = parseTree(text)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name(), err)
		}
	}
	return nil
}

func (m *model) readFacts(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m.facts); err != nil {
		return err
	}
	return m.check()
}
