// Demo shows the exporter at work without a router: it serves simulated ones, runs the
// exporter with a configuration for them, and says what to try. It ends with Ctrl-C.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	program := flags.String("exporter", "./peplink_exporter", "path of the exporter")
	listen := flags.String("listen", "127.0.0.1:10717", "address of the exporter")
	printJSON := flags.Bool("print-json", false, "say where everything is as a line of JSON, for programs")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "peplink-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	routers, err := startRouters(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = routers.stop() }() // the demo is over
	configFile := filepath.Join(folder, "peplink_exporter.yml")
	if err := os.WriteFile(configFile, routers.configuration(), 0o600); err != nil {
		return err
	}
	exporter, err := startExporter(ctx, *program, "--config.file="+configFile, "--web.listen-address="+*listen)
	if err != nil {
		return err
	}
	address := "http://" + *listen
	if err := exporter.waitReady(ctx, address); err != nil {
		stopped := exporter.stop()
		if ctx.Err() != nil { // Ctrl-C came early
			return stopped
		}
		return errors.Join(err, stopped)
	}
	if err := announce(stdout, address, routers, *printJSON); err != nil {
		return errors.Join(err, exporter.stop())
	}
	select {
	case <-ctx.Done():
		return exporter.stop()
	case <-exporter.ended:
		return fmt.Errorf("the exporter ended: %w", exporter.err)
	}
}

// exporter is the daemon as a child process.
type exporter struct {
	command *exec.Cmd
	ended   chan struct{} // closed when it has
	err     error         // how, once it has
}

func startExporter(ctx context.Context, program string, arguments ...string) (*exporter, error) {
	command := exec.Command(program, arguments...) //nolint:gosec,noctx // the user names it; stop ends it
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	// In a group of its own, or a Ctrl-C in the terminal would reach it too, and stop's
	// signal would be the second one, which ends it at once.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the exporter: %w", err)
	}
	e := &exporter{command: command, ended: make(chan struct{})}
	go func() {
		e.err = command.Wait()
		close(e.ended)
	}()
	return e, nil
}

// stop ends the exporter as an operator would, and returns how it ended.
func (e *exporter) stop() error {
	_ = e.command.Process.Signal(syscall.SIGTERM) // it may have ended before
	<-e.ended
	return e.err
}

// waitReady asks until the exporter answers, which takes it a while.
func (e *exporter) waitReady(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !isReady(ctx, address) {
		select {
		case <-again.C:
		case <-e.ended:
			return errors.New("the exporter ended before it was ready")
		case <-ctx.Done():
			return errors.New("the exporter did not get ready")
		}
	}
	return nil
}

func isReady(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/-/ready", nil)
	if err != nil {
		return false
	}
	var client http.Client
	answer, err := client.Do(request)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// announce says what to try, to a person or to a program.
func announce(out io.Writer, address string, routers *routers, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(struct {
			Exporter string   `json:"exporter"`
			Targets  []router `json:"targets"`
		}{address, routers.list})
	}
	first := routers.list[0]
	_, err := fmt.Fprintf(out, `
The exporter is at %[1]s, with simulated routers behind it. Try, in another terminal:

  curl '%[1]s/probe?target=%[2]s'                           all metrics of a router
  curl -s '%[1]s/probe?target=%[2]s' | grep -E 'wan_up|rsrp|allowance_usage'
  curl -X POST %[3]s/change \
       -d '{"endpoint":"status.wan.connection","pointer":"/1/statusLed","value":"red"}'   a WAN of %[2]s fails
  curl %[1]s/sd                                      what Prometheus discovers
  curl %[1]s/metrics                                 the exporter itself

Or open %[1]s/ in a browser. Ctrl-C ends everything.
`, address, first.Name, first.Control)
	return err
}
