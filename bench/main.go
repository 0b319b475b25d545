// Bench measures whole processes: exporters, side by side and against the least that
// their work can cost, with simulated routers in processes of their own. Processor time
// and memory are those that the operating system tells. It takes Linux, uses loopback
// only, and ends by itself.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// rounds is how often most things are measured; the tables show the median, and the
// least and the most in parentheses.
const rounds = 5

// bench is one run.
type bench struct {
	subjects []subject
	helpers  string // folder of floor, generic and routers
	folder   string // for what is written; removed at the end
	long     bool
	fleets   []fleetForm // in place of the form's own
	started  []*process
	out      io.Writer
}

// section measures one thing.
type section struct {
	name, title string
	measure     func(*bench, context.Context) error
}

var sections = []section{
	{"typical", "One typical router, over the floor", (*bench).typical},
	{"hub", "A hub", (*bench).hub},
	{"fleet", "A fleet", (*bench).fleet},
	{"cost", "What a poll costs the router and the SIM", (*bench).cost},
	{"start", "Start, reload, and pages of a large configuration", (*bench).startup},
	{"shards", "Shards", (*bench).shards},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	b := &bench{out: out}
	var only string
	var limit time.Duration
	flags.Func("exporter", "NAME=PATH of an exporter; repeat it to compare several", b.addSubject)
	flags.StringVar(&b.helpers, "helpers", "", "folder of the programs floor, generic and routers (default: this program's own)")
	flags.BoolVar(&b.long, "long", false, "the long form: thousands of routers, tens of minutes")
	flags.Func("fleet", "ROUTERS/INTERVAL/ROUNDS of a fleet, in place of the form's own; repeatable", b.addFleet)
	flags.StringVar(&only, "sections", "", "only these, separated by commas: "+strings.Join(names(), ", "))
	flags.DurationVar(&limit, "limit", 0, "end after this time in any case (default: 15m for each exporter, 60m in the long form)")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	if len(b.subjects) == 0 || flags.NArg() > 0 {
		return errors.New("name the exporters, each as --exporter NAME=PATH")
	}
	limitOfOne := 15 * time.Minute
	if b.long {
		limitOfOne = time.Hour
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(limit, limitOfOne*time.Duration(len(b.subjects))))
	defer cancel()
	return b.run(ctx, chosen)
}

func (b *bench) addSubject(text string) error {
	name, path, found := strings.Cut(text, "=")
	if !found || name == "" {
		return errors.New("write NAME=PATH")
	}
	program, err := filepath.Abs(path)
	b.subjects = append(b.subjects, subject{name, program})
	return err
}

func names() (all []string) {
	for _, s := range sections {
		all = append(all, s.name)
	}
	return all
}

func choose(only string) (chosen []section, err error) {
	if only == "" {
		return sections, nil
	}
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(sections, func(s section) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown section %q; there are %s", name, strings.Join(names(), ", "))
		}
		chosen = append(chosen, sections[i])
	}
	return chosen, nil
}

func (b *bench) run(ctx context.Context, chosen []section) (err error) {
	if b.helpers == "" {
		own, err := os.Executable()
		if err != nil {
			return err
		}
		b.helpers = filepath.Dir(own)
	}
	if b.folder, err = os.MkdirTemp("", "peplink-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	defer b.stopAll()
	b.describeMachine()
	for _, s := range chosen {
		began := time.Now()
		fmt.Fprintf(b.out, "== %s (%s)\n\n", s.title, s.name)
		if err := s.measure(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, cmp.Or(context.Cause(ctx), err))
		}
		fmt.Fprintf(b.out, "(%s: %.0f s)\n\n", s.name, time.Since(began).Seconds())
	}
	return nil
}

// helper is the path of a program that belongs to this one.
func (b *bench) helper(name string) string { return filepath.Join(b.helpers, name) }

// say writes a line below a table.
func (b *bench) say(format string, arguments ...any) {
	fmt.Fprintf(b.out, format+"\n", arguments...)
}
