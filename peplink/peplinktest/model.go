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

// parsed keeps the models of this package once read: a fleet of hundreds of
// routers shares their trees.
var parsed sync.Map //nolint:gochecknoglobals // a cache of what is embedded, name → *model; nothing in it ever changes

// model is what a folder of fixtures says.
type model struct {
	facts

	trees  map[string]*node // endpoint → response, with what moves in it
	scenes []scene
}

// Models are the names of the models that come with this package, sorted.
func Models() []string {
	return modelNames(embeddedModels())
}

func embeddedModels() fs.FS {
	models, err := fs.Sub(embedded, "models")
	if err != nil {
		panic(err) // only of an invalid path, and this one is a constant
	}
	return models
}

func modelNames(models fs.FS) []string {
	files, err := fs.Glob(models, "*/model.json")
	if err != nil {
		return nil
	}
	for i, file := range files {
		files[i] = path.Dir(file)
	}
	slices.Sort(files)
	return files
}

// embeddedModel reads a model of this package once in a process.
func embeddedModel(name string) (*model, error) {
	if kept, ok := parsed.Load(name); ok {
		return kept.(*model), nil
	}
	m, err := loadModel(embeddedModels(), name)
	if err != nil {
		return nil, err
	}
	kept, _ := parsed.LoadOrStore(name, m)
	return kept.(*model), nil
}

func loadModel(models fs.FS, name string) (*model, error) {
	if !slices.Contains(modelNames(models), name) {
		return nil, fmt.Errorf("no model %q, only %s", name, strings.Join(modelNames(models), ", "))
	}
	folder, err := fs.Sub(models, name)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	m := &model{trees: make(map[string]*node)}
	if err := m.read(folder); err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	if m.Name != name {
		return nil, fmt.Errorf("model.json in folder %q names model %q", name, m.Name)
	}
	return m, nil
}

func (m *model) read(folder fs.FS) error {
	if err := decodeFile(folder, "model.json", &m.facts); err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("model.json: %w", err)
	}
	var moves map[string][]move
	if err := decodeFile(folder, "moves.json", &moves); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := m.readFixtures(folder); err != nil {
		return err
	}
	for endpoint, lines := range moves {
		if err := m.attach(endpoint, lines); err != nil {
			return fmt.Errorf("moves.json: %w", err)
		}
	}
	if err := decodeFile(folder, "scenes.json", &m.scenes); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for i := range m.scenes {
		if err := m.scenes[i].prepare(m); err != nil {
			return fmt.Errorf("scenes.json: scene %d: %w", i+1, err)
		}
	}
	return nil
}

// readFixtures reads every other file: each is the response of an endpoint.
func (m *model) readFixtures(folder fs.FS) error {
	files, err := fs.Glob(folder, "*.json")
	if err != nil {
		return err
	}
	for _, file := range files {
		endpoint := strings.TrimSuffix(file, ".json")
		if slices.Contains([]string{"model", "moves", "scenes"}, endpoint) {
			continue
		}
		if known, ok := endpoints[endpoint]; !ok || known.answer != nil {
			return fmt.Errorf("fixture for unknown endpoint %s", endpoint)
		}
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return err
		}
		if m.trees[endpoint], err = parseTree(text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func (m *model) attach(endpoint string, lines []move) error {
	tree := m.trees[endpoint]
	if tree == nil {
		return fmt.Errorf("%s has no fixture", endpoint)
	}
	for _, line := range lines {
		var err error
		if tree, err = line.attach(tree); err != nil {
			return fmt.Errorf("%s: %w", endpoint, err)
		}
	}
	m.trees[endpoint] = tree
	return nil
}

func decodeFile(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
