//go:build deployments

package deployments_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// builder builds images as root, without a daemon, into a store of its own.
type builder struct {
	t     *testing.T
	flags []string
}

func newBuilder(t *testing.T) builder {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("only root can build images here: run these tests as root, or leave out the build tag deployments")
	}
	store := t.TempDir()
	// overlay, the default, does not work where the folder is on an overlay itself, as in a container.
	return builder{t, []string{"--storage-driver=vfs", "--root=" + filepath.Join(store, "root"), "--runroot=" + filepath.Join(store, "run")}}
}

func (b builder) run(arguments ...string) string {
	b.t.Helper()
	return strings.TrimSpace(output(b.t, ".", "buildah", append(b.flags, arguments...)...))
}

// build builds a stage of the Dockerfile and returns the image's name. Docker's format
// is the one that knows health checks.
func (b builder) build(context, target string, more ...string) string {
	b.t.Helper()
	name := "localhost/" + strings.ToLower(b.t.Name()) + ":" + target
	arguments := append([]string{"bud", "--quiet", "--isolation=chroot", "--format=docker", "--target=" + target, "--tag=" + name}, more...)
	b.run(append(arguments, context)...)
	return name
}

// imageConfig is what an image says about how it is to be run.
type imageConfig struct {
	User, WorkingDir string
	Entrypoint, Env  []string
	ExposedPorts     map[string]struct{}
	Healthcheck      struct{ Test []string }
}

// container is the file system of an image, mounted read-only, with what the image says
// about it.
type container struct {
	root string
	imageConfig
}

func (b builder) container(image string) container {
	b.t.Helper()
	made := container{root: filepath.Join(b.t.TempDir(), "root")}
	var said struct {
		Docker struct{ Config imageConfig }
	}
	if err := json.Unmarshal([]byte(b.run("inspect", "--type=image", image)), &said); err != nil {
		b.t.Fatal(err)
	}
	made.imageConfig = said.Docker.Config
	written := b.run("mount", b.run("from", "--pull-never", image))
	if err := os.Mkdir(made.root, 0o755); err != nil {
		b.t.Fatal(err)
	}
	bindReadOnly(b.t, written, made.root)
	return made
}

func bindReadOnly(t *testing.T, source, target string) {
	t.Helper()
	if err := syscall.Mount(source, target, "", syscall.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(target, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mount("", target, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
}

// command runs a command in the container as the user that the image names. It shares
// this machine's network.
func (c container) command(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	if c.User != "65534:65534" {
		t.Fatalf("the image runs as %q", c.User)
	}
	command := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
	command.Dir, command.Env, command.Stderr = c.WorkingDir, c.Env, t.Output()
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: c.root, Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return command
}
