// Package collector turns the answers of a router into metric families.
//
// Every metric is a row of a table: its name, its help, the field it comes from, its
// labels, and how it is read from an answer. The same tables give the samples and
// METRICS.md, so the two cannot disagree. A collector is a file with its tables and a line
// in the list of collectors.
//
// What a router left out is no sample, and what it garbled is no sample and counted:
// never a zero that nobody measured.
//
// The package is pure: it asks nobody, waits for nothing and keeps nothing.
package collector
