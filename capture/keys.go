package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A leaf is a value of an answer that holds no further keys.
type leaf struct {
	path []string // keys and places, from the outside in
	// name is the keys alone, without ids and places: that of all values of the same meaning.
	name  string
	value any
}

// id is what names a thing instead of a field: a WAN, a slot, a peer, or all together.
var id = regexp.MustCompile(`^([0-9]+|vwan[0-9]+|[0-9]+-[0-9]+|all)$`)

// leaves lists the leaves of an answer. Those of a list of plain values are one.
func leaves(value any) []leaf { return appendLeaves(nil, leaf{value: value}) }

func appendLeaves(found []leaf, at leaf) []leaf {
	switch value := at.value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			name := at.name
			if !id.MatchString(key) {
				name = strings.TrimPrefix(name+"."+key, ".")
			}
			found = appendLeaves(found, leaf{append(slices.Clone(at.path), key), name, value[key]})
		}
		return found
	case []any:
		if slices.ContainsFunc(value, isObject) {
			for i := range value {
				found = appendLeaves(found, leaf{append(slices.Clone(at.path), strconv.Itoa(i)), at.name, value[i]})
			}
			return found
		}
	}
	if at.name == "" {
		return found
	}
	return append(found, at)
}

func isObject(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

// parse reads an answer as a router sent it, or the response in it.
func parse(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if answer, ok := value.(map[string]any); ok && answer["stat"] != nil {
		if answer["stat"] != "ok" {
			return nil, fmt.Errorf("the router refused: %v", answer["message"])
		}
		return answer["response"], nil
	}
	return value, nil
}

// changed is a copy of an answer in which the value at a path is another one, or is left
// out where the other is nil.
func changed(value any, path []string, other any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := maps.Clone(value)
		if len(path) > 1 {
			copied[path[0]] = changed(value[path[0]], path[1:], other)
		} else if copied[path[0]] = other; other == nil {
			delete(copied, path[0])
		}
		return copied
	case []any:
		copied := slices.Clone(value)
		place, err := strconv.Atoi(path[0])
		switch {
		case err != nil:
		case len(path) > 1:
			copied[place] = changed(value[place], path[1:], other)
		default:
			copied[place] = other
		}
		return copied
	}
	return value
}

// masked is a value with nothing in it that may be personal.
func masked(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	if value == nil || string(text) == "true" || string(text) == "false" {
		return string(text)
	}
	shown := []rune(strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r > 127:
			return 'x'
		}
		return r
	}, string(text)))
	const most = 40
	if len(shown) > most {
		shown = append(shown[:most], '…')
	}
	return string(shown)
}
