package collector_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/peplink-exporter/peplink_exporter/collector"
)

const metricsDocument = "../METRICS.md"

// TestMetricsDocument keeps METRICS.md what the tables say. `make golden` writes it.
func TestMetricsDocument(t *testing.T) {
	got := document(collector.Sections())
	if *update {
		if err := os.WriteFile(metricsDocument, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, metricsDocument)), got); diff != "" {
		t.Errorf("METRICS.md (-file +tables); `make golden` writes it anew\n%s", diff)
	}
}

func document(sections []collector.Section) string {
	var text strings.Builder
	text.WriteString(`# Metrics

<!-- Written from the tables of package collector by "make golden". Do not edit. -->

What a router leaves out is no sample, never 0. What it sends but cannot be read is no sample either, and is counted in
` + "`peplink_scrape_unreadable_fields`" + `. Labels and sources are those of the firmware's API; sizes are bytes, times are seconds.
`)
	for _, section := range sections {
		text.WriteString(heading(section))
		text.WriteString("\n| metric | type | labels | unit | meaning | source |\n|---|---|---|---|---|---|\n")
		for _, metric := range section.Metrics {
			fmt.Fprintf(&text, "| `%s` | %s | %s | %s | %s | %s |\n",
				metric.Name, metric.Type, code(metric.Labels), unit(metric.Name), metric.Help, cell(metric.Source))
		}
	}
	text.WriteString(unreadTable())
	return text.String()
}

func heading(section collector.Section) string {
	switch {
	case section.Collector == "":
		return "\n## Every probe\n"
	case section.OnDefault:
		return fmt.Sprintf("\n## Collector `%s`\n\nFrom `%s`; on by default.\n", section.Collector, section.Endpoint)
	}
	return fmt.Sprintf("\n## Collector `%s`\n\nFrom `%s`; off by default.\n", section.Collector, section.Endpoint)
}

func code(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return "`" + strings.Join(labels, "`, `") + "`"
}

// cell makes a text fit for a table of Markdown, which would take <slot> for HTML.
func cell(text string) string { return strings.NewReplacer("<", `\<`, "|", `\|`).Replace(text) }

// units are the endings of names that tell a unit; the first that fits counts.
var units = []struct{ ending, unit string }{
	{"_timestamp_seconds", "unix time, s"},
	{"_time_seconds", "unix time, s"},
	{"_seconds", "s"},
	{"_bytes_total", "bytes"},
	{"_bytes", "bytes"},
	{"_dbm", "dBm"},
	{"_db", "dB"},
	{"_info", "always 1"},
	{"_state", "1 for the current state"},
	{"_error", "always 1"},
}

func unit(name string) string {
	for _, u := range units {
		if strings.HasSuffix(name, u.ending) {
			return u.unit
		}
	}
	return ""
}

// unreadTable lists the fields that no metric comes from, and why. It is a table of Markdown
// whose second column names the fields.
func unreadTable() string {
	var table strings.Builder
	table.WriteString("\n## Read by nobody, on purpose\n\nSome fields of these endpoints are not exported.\n\n| endpoint | field | why |\n|---|---|---|\n")
	for _, unread := range collector.Unreads() {
		endpoint := "any"
		if unread.Endpoint != "" {
			endpoint = "`" + unread.Endpoint + "`"
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", endpoint, strings.Join(unread.Fields, ", "), unread.Why)
	}
	return table.String()
}
