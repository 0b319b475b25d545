package queries_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// edited is a good dashboard with one thing changed: a path of keys and places in lists, and the value it gets there;
// nil takes the thing away. The checks of dashboards are shown to find faults with it.
func edited(t *testing.T, path string, value any) dashboard {
	t.Helper()
	var tree any
	if err := json.Unmarshal([]byte(good), &tree); err != nil {
		t.Fatal(err)
	}
	if path != "" {
		set(t, tree, strings.Split(path, "/"), value)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	d, err := readDashboard("fleet.json", text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func set(t *testing.T, tree any, path []string, value any) {
	t.Helper()
	switch node := tree.(type) {
	case map[string]any:
		switch {
		case len(path) > 1:
			set(t, node[path[0]], path[1:], value)
		case value == nil:
			delete(node, path[0])
		default:
			node[path[0]] = value
		}
	case []any:
		var i int
		if _, err := fmt.Sscan(path[0], &i); err != nil || i >= len(node) {
			t.Fatalf("no place %v in a list of %d", path, len(node))
		}
		if len(path) > 1 {
			set(t, node[i], path[1:], value)
			return
		}
		node[i] = value
	default:
		t.Fatalf("no way to %v", path)
	}
}

// change is an edit of the good dashboard, and a part of the fault that is to be found.
type change struct {
	path  string
	value any
	want  string
}

// findsFaults checks that a check is content with the good dashboard, and finds what is wrong with each change of it.
func findsFaults(t *testing.T, check func(dashboard) []string, changes []change) {
	t.Helper()
	if faults := check(edited(t, "", nil)); len(faults) > 0 {
		t.Fatalf("faults in the good dashboard: %q", faults)
	}
	for _, c := range changes {
		faults := check(edited(t, c.path, c.value))
		if !slices.ContainsFunc(faults, func(fault string) bool { return strings.Contains(fault, c.want) }) {
			t.Errorf("with %v at %s, faults found: %q\nwant one with: %s", c.value, c.path, faults, c.want)
		}
	}
}
