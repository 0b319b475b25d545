//go:build !withoutprometheus

package queries_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// code is a query in a document, or the bare name of a metric.
type code struct {
	line int
	text string
}

var (
	fence  = regexp.MustCompile("^\\s*(```+|~~~+)\\s*([\\w-]*)")
	inline = regexp.MustCompile("``(.+?)``|`([^`]+)`")
	metric = regexp.MustCompile(`\bpeplink(_\w+|:[\w:]+)`)
	bare   = regexp.MustCompile(`^[\w:]+$`)
	// What begins with the program's name and goes on as a command, a file or an address is no query.
	program = regexp.MustCompile(`(^|[/ ])peplink_exporter($|[ .:/@-])`)
)

// codes finds all PromQL in a Markdown text: the blocks that say they are, and every piece of code in a line or in
// the cell of a table that names a metric.
func codes(markdown string) []code {
	var found []code
	language, block, start := "", []string{}, 0
	inside := false
	for i, line := range strings.Split(markdown, "\n") {
		mark := fence.FindStringSubmatch(line)
		switch {
		case mark != nil && !inside:
			inside, language, block, start = true, mark[2], nil, i+2
		case mark != nil:
			if inside = false; language == "promql" {
				found = append(found, paragraphs(block, start)...)
			}
		case inside:
			block = append(block, line)
		default:
			found = append(found, inLine(line, i+1)...)
		}
	}
	return found
}

// paragraphs: a block may hold several queries with empty lines between them.
func paragraphs(block []string, start int) []code {
	var found []code
	for i, line := range block {
		switch {
		case strings.TrimSpace(line) == "":
		case i == 0 || strings.TrimSpace(block[i-1]) == "":
			found = append(found, code{start + i, line})
		default:
			found[len(found)-1].text += "\n" + line
		}
	}
	return found
}

func inLine(line string, number int) []code {
	if strings.HasPrefix(strings.TrimSpace(line), "|") {
		line = strings.ReplaceAll(line, `\|`, "|") // a table takes a bare one for the end of the cell
	}
	var found []code
	for _, match := range inline.FindAllStringSubmatch(line, -1) {
		text := strings.TrimSpace(match[1] + match[2])
		if metric.MatchString(text) && !program.MatchString(text) {
			found = append(found, code{number, text})
		}
	}
	return found
}

// faultsInCode is what is wrong with a query; a bare name has only to exist, and one that ends in * to begin some.
func (c *catalogue) faultsInCode(text string) []string {
	if prefix, cut := strings.CutSuffix(text, "*"); cut && bare.MatchString(prefix) {
		if !slices.ContainsFunc(c.names(), func(name string) bool { return strings.HasPrefix(name, prefix) }) {
			return []string{"no metric's name begins so"}
		}
		return nil
	}
	_, faults := c.infer(text)
	return faults
}

// documents are all texts for people in the repository.
func documents(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && (name == ".git" || name == ".bin" || name == "testdata" || name == "node_modules") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			found = append(found, strings.TrimPrefix(filepath.ToSlash(path), "../../"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var alertName = regexp.MustCompile(`\bPeplink[A-Z]\w+`)

func TestDocuments(t *testing.T) {
	c := whole(t)
	queries := 0
	for _, file := range documents(t) {
		text := readFile(t, file)
		for _, code := range codes(text) {
			queries++
			for _, fault := range c.faultsInCode(code.text) {
				t.Errorf("%s:%d: %s\nin %s", file, code.line, fault, code.text)
			}
		}
		for i, line := range strings.Split(text, "\n") {
			for _, name := range alertName.FindAllString(line, -1) {
				if c.alerts[name] == nil {
					t.Errorf("%s:%d: there is no alert %s", file, i+1, name)
				}
			}
		}
	}
	t.Logf("%d queries and names of metrics in %d documents", queries, len(documents(t)))
	for _, file := range []string{"README.md", "METRICS.md", "deploy/prometheus/RUNBOOK.md"} {
		if _, err := os.Stat("../../" + file); err != nil || len(codes(readFile(t, file))) == 0 {
			t.Errorf("%s is not there, or no query is found in it", file)
		}
	}
}

func TestQueriesOfDocumentsAreFound(t *testing.T) {
	text := strings.Join([]string{
		"Ask `peplink_up == 0`, or `` peplink_wan_up{wan=\"a\"} ``; the job `peplink_exporter`, `./peplink_exporter --config.check`,",
		"`peplink_exporter.yml`, `peplink_exporter health` and `expose: [x]` are no queries; `peplink:a:b` and `peplink_wan_*` are.",
		"| `peplink_wan_state{state=~\"down\\|no_cable\"}` |",
		"```promql",
		"peplink_up",
		"  == 1",
		"",
		"sum(peplink_up)",
		"```",
		"```sh",
		"curl `peplink_up{}`",
		"```",
	}, "\n")
	want := []code{
		{1, "peplink_up == 0"},
		{1, `peplink_wan_up{wan="a"}`},
		{2, "peplink:a:b"},
		{2, "peplink_wan_*"},
		{3, `peplink_wan_state{state=~"down|no_cable"}`},
		{5, "peplink_up\n  == 1"},
		{8, "sum(peplink_up)"},
	}
	if diff := cmp.Diff(want, codes(text), cmp.AllowUnexported(code{})); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	c := literal(t)
	for text, faulty := range map[string]bool{
		"peplink_wan_*": false, "peplink_wam_*": true, "peplink_up": false, "peplink_ip": true, "peplink_up{": true, "peplink_up{wan=\"\"}": true,
	} {
		if faults := c.faultsInCode(text); (len(faults) > 0) != faulty {
			t.Errorf("%s: faults %q, want some: %v", text, faults, faulty)
		}
	}
}
