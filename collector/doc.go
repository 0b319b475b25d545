// Package collector turns the answers of a router into metrics.
//
// Every metric is a row of a table: its name, its help, the field it comes from, its
// labels, and how it is read from an answer. The same walk over the tables describes the
// metrics to Prometheus, collects their samples and writes METRICS.md, so the three cannot
// disagree. A collector is a file with its tables and a line in the list of endpoints.
//
// What a router left out is no sample, and what it garbled is no sample and counted:
// never a zero that nobody measured.
package collector
