package deployments_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// schema is a part of values.schema.json.
type schema struct {
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Additional json.RawMessage    `json:"additionalProperties"`
}

func readSchema(t *testing.T) *schema {
	t.Helper()
	root := &schema{}
	if err := json.Unmarshal(readFile(t, filepath.Join(chartFolder, "values.schema.json")), root); err != nil {
		t.Fatal(err)
	}
	delete(root.Properties, "global") // Helm's own
	return root
}

// Every value that the schema allows stands in values.yaml, with words about it, and no other; and nothing in the
// schema is open by oversight.
func TestValuesAreDocumented(t *testing.T) {
	root := readSchema(t)
	var document yaml.Node
	if err := yaml.Unmarshal(readFile(t, filepath.Join(chartFolder, "values.yaml")), &document); err != nil {
		t.Fatal(err)
	}
	if count := compareValues(t, "", document.Content[0], root); count < 50 {
		t.Errorf("only %d values were compared", count)
	}
}

// compareValues returns the number of the values that are no groups of others.
func compareValues(t *testing.T, path string, group *yaml.Node, allowed *schema) int {
	t.Helper()
	if string(allowed.Additional) != "false" {
		t.Errorf("the schema lets %q have any key", path)
	}
	missing, count := maps.Clone(allowed.Properties), 0
	for i := 0; i < len(group.Content); i += 2 {
		key, value := group.Content[i], group.Content[i+1]
		inner := missing[key.Value]
		delete(missing, key.Value)
		name := strings.TrimPrefix(path+"."+key.Value, ".")
		switch {
		case inner == nil:
			t.Errorf("values.schema.json does not know %s", name)
		case inner.Properties != nil && !timings(inner):
			count += compareValues(t, name, value, inner)
		case key.HeadComment == "":
			t.Errorf("values.yaml: line %d: nothing is said about %s", key.Line, name)
		default:
			count++
		}
	}
	if len(missing) > 0 {
		t.Errorf("values.yaml lacks %v in %q", slices.Sorted(maps.Keys(missing)), path)
	}
	return count
}

// timings reports whether a group is that of a probe, whose keys are Kubernetes' and need no words here.
func timings(s *schema) bool {
	_, ok := s.Properties["failureThreshold"]
	return ok
}

// setElsewhere are the values that everything.yaml cannot set to another than the default without making others void.
// Other sets set them.
var setElsewhere = []string{"existingConfigMap", "prometheus.client.tlsConfig", "serviceAccount.create", "web.config.tls"}

// Every value changes what is made: without it, everything.yaml makes something else.
func TestEveryValueCounts(t *testing.T) {
	loaded, everything := loadChart(t), valueSets(t, "values")["everything"]
	want, err := render(loaded, everything)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range leaves(readSchema(t), nil) {
		name := strings.Join(path, ".")
		without, found := remove(everything, path)
		if set := !slices.Contains(setElsewhere, name); !found && set {
			t.Errorf("everything.yaml does not set %s", name)
		}
		if !found || slices.Contains(setElsewhere, name) {
			continue
		}
		if got, err := render(loaded, without); err == nil && maps.Equal(got, want) {
			t.Errorf("%s has no effect", name)
		}
	}
}

// leaves are the paths of all values.
func leaves(s *schema, path []string) [][]string {
	if s.Properties == nil {
		return [][]string{path}
	}
	var all [][]string
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		all = append(all, leaves(s.Properties[key], append(slices.Clone(path), key))...)
	}
	return all
}

// remove returns values without the one at a path, and whether it was there.
func remove(values map[string]any, path []string) (map[string]any, bool) {
	rest := maps.Clone(values)
	if len(path) == 1 {
		_, found := rest[path[0]]
		delete(rest, path[0])
		return rest, found
	}
	group, found := rest[path[0]].(map[string]any)
	if found {
		rest[path[0]], found = remove(group, path[1:])
	}
	return rest, found
}
