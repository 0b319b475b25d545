// Capture tells what becomes of each field of answers that were saved from a router: which
// metrics come from it, whether it is left out on purpose, or whether it is not known.
// Values are masked. docs/new-firmware.md says how to save answers.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "capture:", err)
		os.Exit(1)
	}
}

// errUnknown is for the exit status: something has to be looked at.
var errUnknown = errors.New("there are fields that the exporter does not know; please report them (docs/new-firmware.md)")

func run(ctx context.Context, arguments []string, out io.Writer) error {
	if len(arguments) != 1 {
		return errors.New("usage: capture FOLDER, with a file for each answer, such as status.wan.connection.json")
	}
	answers, err := load(arguments[0])
	if err != nil {
		return err
	}
	unknown := 0
	for _, endpoint := range slices.Sorted(maps.Keys(answers)) {
		fmt.Fprintln(out, endpoint)
		if len(collectorsOf(endpoint)) == 0 {
			fmt.Fprintln(out, "  no collector asks for this endpoint")
			continue
		}
		findings, err := check(ctx, answers, endpoint)
		if err != nil {
			return err
		}
		for i := range findings {
			fmt.Fprintln(out, findings[i].line())
			if findings[i].isUnknown() {
				unknown++
			}
		}
	}
	if unknown > 0 {
		return fmt.Errorf("%d: %w", unknown, errUnknown)
	}
	return nil
}

// ofWAN is the name of a file with what an endpoint tells of one WAN.
var ofWAN = regexp.MustCompile(`^(cmd\.[a-z.]+)\.([0-9]+)$`)

// load reads the answers in a folder, by endpoint.
func load(folder string) (map[string]any, error) {
	saved := os.DirFS(folder)
	files, err := fs.Glob(saved, "*.json")
	if err != nil {
		return nil, err
	}
	answers := map[string]any{}
	for _, file := range files {
		text, err := fs.ReadFile(saved, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(file, ".json")
		response, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if parts := ofWAN.FindStringSubmatch(name); parts != nil {
			byWAN, _ := answers[parts[1]].(map[string]any)
			if byWAN == nil {
				byWAN = map[string]any{}
			}
			byWAN[parts[2]], name, response = response, parts[1], byWAN
		}
		answers[name] = response
	}
	if len(answers) == 0 {
		return nil, fmt.Errorf("%s: no file ends in .json", folder)
	}
	return answers, nil
}
