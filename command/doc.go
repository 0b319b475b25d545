// Package command holds the sub-commands beside serve.
package command
