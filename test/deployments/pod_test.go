package deployments_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// mountRoot is where the container has its files; here each pod has it in a folder of its own.
const mountRoot = "/etc/peplink_exporter"

// pod is a StatefulSet's container as a process of this machine.
type pod struct {
	program   string
	arguments []string
	env       []string
	root      string // stands for mountRoot
	set       *appsv1.StatefulSet
	addresses map[string]string // where it listens, by the name of the port
}

// newPod makes the volumes of the container, and its arguments and variables.
func newPod(t *testing.T, program string, there cluster, set *appsv1.StatefulSet) *pod {
	t.Helper()
	p := &pod{program: program, root: filepath.Join(t.TempDir(), "root"), set: set}
	spec := set.Spec.Template.Spec
	container := spec.Containers[0]
	mounts := map[string]string{}
	for _, mount := range container.VolumeMounts {
		mounts[mount.Name] = mount.MountPath
	}
	for _, volume := range spec.Volumes {
		folder, ok := strings.CutPrefix(mounts[volume.Name], mountRoot+"/")
		if !ok || strings.Contains(folder, "/") {
			t.Fatalf("volume %s is mounted at %q", volume.Name, mounts[volume.Name])
		}
		p.mount(t, folder, there.files(t, volume))
	}
	for _, argument := range container.Args {
		p.arguments = append(p.arguments, strings.ReplaceAll(argument, mountRoot, p.root))
	}
	for _, variable := range container.Env {
		value := variable.Value
		if from := variable.ValueFrom; from != nil {
			value = there.secret(t, *from.SecretKeyRef)
		}
		p.env = append(p.env, variable.Name+"="+value)
	}
	return p
}

// mount writes the files of a volume as the kubelet does: behind links, one of which moves when they change.
func (p *pod) mount(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	path := filepath.Join(p.root, folder)
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	version, err := os.MkdirTemp(path, "..")
	if err != nil {
		t.Fatal(err)
	}
	next := filepath.Join(path, "..next")
	err = os.Symlink(filepath.Base(version), next)
	for name, content := range files {
		content = strings.ReplaceAll(content, mountRoot, p.root)
		err = errors.Join(err, os.WriteFile(filepath.Join(version, name), []byte(content), 0o600))
		if _, missing := os.Lstat(filepath.Join(path, name)); missing != nil {
			err = errors.Join(err, os.Symlink(filepath.Join("..data", name), filepath.Join(path, name)))
		}
	}
	if err := errors.Join(err, os.Rename(next, filepath.Join(path, "..data"))); err != nil {
		t.Fatal(err)
	}
}

// check is what the program says about its arguments and its configuration.
func (p *pod) check(t *testing.T) {
	t.Helper()
	check := exec.CommandContext(t.Context(), p.program, append([]string{"--config.check"}, p.arguments...)...)
	check.Env = p.env
	if said, err := check.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", p.program, strings.Join(check.Args[1:], " "), err, said)
	}
}

var (
	listenArgument = regexp.MustCompile(`^(--web\.(?:health-)?listen-address=):[0-9]+$`)
	listening      = regexp.MustCompile(`msg="(Listening on|health checks are served)" address=(\S+)`)
)

// start runs the program on free ports of the loopback interface, until the test ends. It must then end by itself.
func (p *pod) start(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	arguments := make([]string, len(p.arguments))
	for i, argument := range p.arguments {
		arguments[i] = listenArgument.ReplaceAllString(argument, "${1}127.0.0.1:0")
	}
	run := exec.CommandContext(ctx, p.program, arguments...)
	run.Env = p.env
	output, err := run.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	found, read := make(chan [2]string, 2), make(chan string, 1)
	go func() { read <- readLog(output, found) }()
	t.Cleanup(func() {
		defer cancel()
		err := run.Process.Signal(syscall.SIGTERM)
		said := <-read
		if err := errors.Join(err, run.Wait()); err != nil {
			t.Errorf("after SIGTERM: %v\n%s", err, said)
		}
	})
	names := map[string]string{"Listening on": "http", "health checks are served": "health"}
	p.addresses = map[string]string{}
	for len(p.addresses) < len(names) {
		select {
		case line := <-found:
			p.addresses[names[line[0]]] = line[1]
		case said := <-read:
			read <- said
			t.Fatalf("%s ended:\n%s", strings.Join(run.Args, " "), said)
		case <-ctx.Done():
			t.Fatalf("listens only on %v", p.addresses)
		}
	}
}

// readLog reads to the end, and tells of each address on the way.
func readLog(output io.Reader, found chan<- [2]string) string {
	var said strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if match := listening.FindStringSubmatch(lines.Text()); match != nil {
			select {
			case found <- [2]string{match[1], match[2]}:
			default: // more addresses than a pod has are no reason to stop
			}
		}
	}
	return said.String()
}

// dial connects to the pod, where the address is that of a pod of its StatefulSet.
func (p *pod) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(host, p.set.Name+"-") {
		return nil, fmt.Errorf("%s is no pod of %s", host, p.set.Name)
	}
	for name, here := range p.addresses {
		if fmt.Sprint(portNumber(p.set, name)) == port {
			return new(net.Dialer).DialContext(ctx, network, here)
		}
	}
	return nil, fmt.Errorf("a pod does not listen on port %s", port)
}

// probeURL is where the kubelet asks.
func (p *pod) probeURL(probe *corev1.Probe) string {
	port := portNumber(p.set, probe.HTTPGet.Port.StrVal)
	return fmt.Sprintf("http://%s-0:%d%s", p.set.Name, port, probe.HTTPGet.Path)
}
