package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Closest is the known name that a mistyped one probably means; "" where none is near enough to be worth a
// suggestion. Upper and lower case count as equal.
func Closest(name string, known []string) string {
	best, fewest := "", 1+max(1, len(name)/3)
	for _, candidate := range known {
		if edits := distance(strings.ToLower(name), strings.ToLower(candidate)); edits < fewest {
			best, fewest = candidate, edits
		}
	}
	return best
}

// suggestion ends a message about an unknown word.
func suggestion(name string, known []string) string {
	if closest := Closest(name, known); closest != "" {
		return fmt.Sprintf("; did you mean %s?", closest)
	}
	return "; known are " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// distance counts the bytes to insert, delete or replace between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// maxShownBytes of a value are repeated in a fault.
const maxShownBytes = 64

// shown is a value as faults repeat it. Values of credentials and addresses are never repeated.
func shown(value string) string {
	if len(value) <= maxShownBytes {
		return strconv.Quote(value)
	}
	end := maxShownBytes
	for !utf8.RuneStart(value[end]) {
		end--
	}
	return strconv.Quote(value[:end]) + "…"
}
