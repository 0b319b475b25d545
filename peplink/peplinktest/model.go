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
)

//go:embed models
var embedded embed.FS

// model is what a folder of fixtures says.
type model struct {
	// Name is the name of the folder, Device and Firmware are for people.
	Name     string `json:"name"`
	Device   string `json:"device"`
	Firmware string `json:"firmware"`
	// Notices are the endpoints whose answers carry a notice, with its status
	// (API document, Response: beta or deprecate).
	Notices map[string]string `json:"notices"`

	fixtures map[string][]byte // endpoint → response
	moves    map[string][]move
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

func loadModel(models fs.FS, name string) (*model, error) {
	if !slices.Contains(modelNames(models), name) {
		return nil, fmt.Errorf("no model %q, only %s", name, strings.Join(modelNames(models), ", "))
	}
	m := &model{fixtures: make(map[string][]byte)}
	if err := decodeFile(models, path.Join(name, "model.json"), m); err != nil {
		return nil, err
	}
	if m.Name != name {
		return nil, fmt.Errorf("model.json in folder %q names model %q", name, m.Name)
	}
	err := decodeFile(models, path.Join(name, "moves.json"), &m.moves)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	files, err := fs.Glob(models, path.Join(name, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	for _, file := range files {
		endpoint := strings.TrimSuffix(path.Base(file), ".json")
		if endpoint == "model" || endpoint == "moves" {
			continue
		}
		if m.fixtures[endpoint], err = fs.ReadFile(models, file); err != nil {
			return nil, fmt.Errorf("model %s: %w", name, err)
		}
	}
	return m, nil
}

func decodeFile(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("model file: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("model file %s: %w", name, err)
	}
	return nil
}
