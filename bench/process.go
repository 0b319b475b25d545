package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is a program that was started here.
type process struct {
	name    string
	command *exec.Cmd
	stdin   io.Closer
	ended   chan struct{} // closed when it has
	err     error         // how, once it has
}

// start runs a program, with what it writes to standard error in a file. It ends with
// stop, when the context does, or with this run.
func (b *bench) start(ctx context.Context, program string, stdout io.Writer, arguments ...string) (*process, error) {
	command := exec.CommandContext(ctx, program, arguments...) //nolint:gosec // named on the command line, or built beside this program
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 40 * time.Second
	// In a group of its own, or a Ctrl-C in the terminal would reach it besides.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log, err := os.CreateTemp(b.folder, filepath.Base(program)+"-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command.Stdout, command.Stderr = stdout, log
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	p := &process{name: program, command: command, stdin: stdin, ended: make(chan struct{})}
	b.started = append(b.started, p)
	go func() {
		p.err = command.Wait()
		close(p.ended)
	}()
	return p, nil
}

// startTelling runs a program that says on its first line, as JSON, where it is. The
// first line it reads is what it is told.
func (b *bench) startTelling(ctx context.Context, program string, told, tells any, arguments ...string) (*process, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	p, err := b.start(ctx, program, write, arguments...)
	write.Close() // the child has its own
	if err != nil {
		return nil, err
	}
	if told != nil {
		if err := json.NewEncoder(p.stdin.(io.Writer)).Encode(told); err != nil {
			return nil, err
		}
	}
	if err := json.NewDecoder(read).Decode(tells); err != nil {
		return nil, fmt.Errorf("%s does not say where it is: %w", program, err)
	}
	return p, nil
}

func (p *process) pid() int { return p.command.Process.Pid }

// stop ends it as an operator would.
func (p *process) stop() error {
	_ = p.stdin.Close()
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended before
	patience := time.NewTimer(40 * time.Second)
	defer patience.Stop()
	select {
	case <-p.ended:
	case <-patience.C:
		_ = p.command.Process.Kill()
		<-p.ended
		return fmt.Errorf("%s did not end", p.name)
	}
	if state, ok := errors.AsType[*exec.ExitError](p.err); ok && state.Sys().(syscall.WaitStatus).Signal() == syscall.SIGTERM {
		return nil
	}
	return p.err
}

// stopAll ends what still runs, as after an error.
func (b *bench) stopAll() {
	for _, p := range b.started {
		_ = p.stop() // the error is another
	}
}

// freeAddress is one that nobody listened on a moment ago.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
