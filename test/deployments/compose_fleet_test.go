package deployments_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

var routerURL = regexp.MustCompile(`http://([a-z0-9-]+):(\d+)`)

// The commands of the compose file, run as they stand but on this machine's addresses:
// the exporter reaches every simulated router with the credentials that are mounted.
func TestComposeFleet(t *testing.T) {
	project := loadCompose(t)
	configuration := filepath.Join(t.TempDir(), "exporter")
	if err := os.CopyFS(configuration, os.DirFS(project.Services["exporter"].Volumes[0].Source)); err != nil {
		t.Fatal(err)
	}
	names := fleetOnLoopback(t, project, filepath.Join(configuration, "peplink_exporter.yml"))
	exporter := builtProgram(t, ".", "peplink_exporter")
	flags := exporterFlags(t, project.Services["exporter"], configuration)
	output(t, configuration, exporter, append(slices.Clone(flags), "--config.check")...)

	address := freeAddress(t)
	running := start(t, exporter, append(flags, "--web.listen-address="+address)...)
	waitFor(t, "http://"+address+"/-/ready")
	for _, name := range names {
		if answer := get(t, "http://"+address+"/probe?target="+name); !strings.Contains(answer, "\npeplink_up 1\n") {
			t.Errorf("%s is not up:\n%s", name, answer)
		}
	}
	if err := running.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := running.Wait(); err != nil {
		t.Errorf("the exporter ended with %v", err)
	}
}

// fleetOnLoopback starts each simulator of the compose file, puts its address into the
// exporter's configuration, and returns the routers' names.
func fleetOnLoopback(t *testing.T, project *types.Project, path string) []string {
	t.Helper()
	simulator := builtProgram(t, "./demo/simulator", "simulator")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	local := routerURL.ReplaceAllStringFunc(string(text), func(url string) string {
		found := routerURL.FindStringSubmatch(url)
		service, ok := project.Services[found[1]]
		if !ok || !simulated(service) || !slices.Contains(service.Command, "--listen=:"+found[2]) {
			t.Fatalf("%s: no service listens there", url)
		}
		names = append(names, found[1])
		arguments := slices.DeleteFunc(slices.Clone([]string(service.Command)), func(flag string) bool { return strings.HasPrefix(flag, "--listen=") })
		return simulatorURL(t, simulator, append(arguments, "--listen=127.0.0.1:0")...)
	})
	for name, service := range project.Services {
		if simulated(service) && !slices.Contains(names, name) {
			t.Errorf("the exporter is not told of %s", name)
		}
	}
	if err := os.WriteFile(path, []byte(local), 0o644); err != nil {
		t.Fatal(err)
	}
	return names
}

// exporterFlags are those of the service, with the paths of its mount on this machine.
func exporterFlags(t *testing.T, service types.ServiceConfig, configuration string) []string {
	t.Helper()
	var flags []string
	for _, flag := range service.Command {
		flags = append(flags, strings.Replace(flag, service.Volumes[0].Target, configuration, 1))
	}
	return flags
}

// simulatorURL starts a simulator and returns where it says that it is.
func simulatorURL(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() }) // killed by then, with the test's context
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("simulator %q: %v", arguments, err)
	}
	var ready struct{ URL string }
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatal(err)
	}
	return ready.URL
}
