//go:build !withoutprometheus

package queries_test

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const rulesFile = "deploy/prometheus/peplink.rules.yml"

// rule is a recording rule or an alert.
type rule struct {
	Record      string            `yaml:"record"`
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func (r rule) String() string {
	if r.Alert != "" {
		return "alert " + r.Alert
	}
	return "rule " + r.Record
}

func rules(t *testing.T) []rule {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal([]byte(readFile(t, rulesFile)), &file); err != nil {
		t.Fatal(err)
	}
	var all []rule
	for _, group := range file.Groups {
		all = append(all, group.Rules...)
	}
	if len(all) == 0 {
		t.Fatalf("%s has no rules", rulesFile)
	}
	return all
}

// whole is the catalogue with the project's rules.
func whole(t *testing.T) *catalogue {
	t.Helper()
	c := exported(t)
	c.add(rules(t))
	return c
}

func (c *catalogue) add(all []rule) {
	for _, rule := range all {
		if rule.Record != "" {
			c.recorded[rule.Record] = recording{rule.Expr, rule.Labels}
		}
	}
	for _, rule := range all {
		if rule.Alert != "" {
			labels, _ := c.infer(rule.Expr)
			c.alerts[rule.Alert] = labels.with(slices.Collect(maps.Keys(rule.Labels))...)
		}
	}
}

var labelInText = regexp.MustCompile(`\$labels\.(\w+)`)

// faultsOf is what is wrong with a rule: with its expression, and with what its words refer to.
func (c *catalogue) faultsOf(r rule) []string {
	labels, faults := c.infer(r.Expr)
	labels = labels.with(slices.Collect(maps.Keys(r.Labels))...)
	for _, key := range slices.Sorted(maps.Keys(r.Annotations)) {
		text := r.Annotations[key]
		for _, match := range labelInText.FindAllStringSubmatch(text, -1) {
			if !labels[match[1]] {
				faults = append(faults, key+" tells the label "+match[1]+", and the alert has only: "+labels.String())
			}
		}
		for _, query := range queriesInWords(templateless(text)) {
			_, wrong := c.infer(query)
			for _, fault := range wrong {
				faults = append(faults, key+", "+query+": "+fault)
			}
		}
		faults = append(faults, c.askedFaults(key, text)...)
	}
	return faults
}

var (
	askedInText = regexp.MustCompile(`query \(printf ("(?:[^"\\]|\\.)*")`)
	labelOfAny  = regexp.MustCompile(`\.Labels\.(\w+)`)
)

// askedFaults finds what is wrong with the queries that a template asks for itself, and with the labels that it shows of
// their answers: of each up to the next.
func (c *catalogue) askedFaults(key, text string) []string {
	var faults []string
	places := askedInText.FindAllStringSubmatchIndex(text, -1)
	for i, place := range places {
		asked, until := text[place[2]:place[3]], len(text)
		if i+1 < len(places) {
			until = places[i+1][0]
		}
		format, err := strconv.Unquote(asked)
		if err != nil {
			faults = append(faults, key+", "+asked+": "+err.Error())
			continue
		}
		query := strings.ReplaceAll(format, "%q", strconv.Quote(anyValue))
		labels, wrong := c.infer(query)
		for _, fault := range wrong {
			faults = append(faults, key+", "+query+": "+fault)
		}
		for _, label := range labelOfAny.FindAllStringSubmatch(text[place[1]:until], -1) {
			if !labels[label[1]] {
				faults = append(faults, key+" shows the label "+label[1]+", and "+query+" has only: "+labels.String())
			}
		}
	}
	return faults
}

var action = regexp.MustCompile(`\{\{.*?\}\}`)

// templateless puts in the place of each template action what stands for any value.
func templateless(text string) string {
	return action.ReplaceAllString(strings.ReplaceAll(text, "\n", " "), anyValue)
}

var inWords = regexp.MustCompile(`(?:\w+ by \([\w, ]+\) \()?peplink[\w:]*\{[^}]*\}\)?(?: ?[=<>!]=? ?[-\d.]+)?`)

// queriesInWords finds the queries that a text for people names: those with braces.
func queriesInWords(text string) []string { return inWords.FindAllString(text, -1) }

func TestRules(t *testing.T) {
	c := whole(t)
	for _, r := range rules(t) {
		for _, fault := range c.faultsOf(r) {
			t.Errorf("%s, %s: %s\nin %s", rulesFile, r, fault, r.Expr)
		}
	}
}

var heading = regexp.MustCompile(`(?m)^#+ (.+)$`)

// What an alert links to is there, and no runbook entry is left of an alert that has gone.
func TestRunbookHasEveryAlert(t *testing.T) {
	anchors := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(readFile(t, "deploy/prometheus/RUNBOOK.md"), -1) {
		anchors[strings.ToLower(match[1])] = true
	}
	linked := map[string]bool{}
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		_, anchor, _ := strings.Cut(r.Annotations["runbook_url"], "/deploy/prometheus/RUNBOOK.md#")
		linked[anchor] = true
		if anchor != strings.ToLower(r.Alert) || !anchors[anchor] {
			t.Errorf("alert %s: runbook_url %q does not lead to its entry in RUNBOOK.md", r.Alert, r.Annotations["runbook_url"])
		}
	}
	for anchor := range anchors {
		if strings.HasPrefix(anchor, "peplink") && !strings.Contains(anchor, " ") && !linked[anchor] {
			t.Errorf("RUNBOOK.md has an entry %q, and no alert links to it", anchor)
		}
	}
}
