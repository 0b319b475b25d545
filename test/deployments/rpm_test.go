//go:build deployments

package deployments_test

import (
	"strings"
	"testing"
)

// What rpm says of the package: files with modes and owners, which of them are an
// administrator's to change (c) and stay through an upgrade (n).
func TestRPM(t *testing.T) {
	path := packageFile(t, "rpm", packagedVersion)
	ask := func(what string) string { return output(t, ".", "rpm", "--query", "--package", what, path) }
	files := ask("--queryformat=[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILEFLAGS:fflags}\n]")
	for _, line := range []string{
		"/usr/bin/peplink_exporter -rwxr-xr-x root:root ",
		"/usr/lib/systemd/system/peplink_exporter.service -rw-r--r-- root:root ",
		"/usr/lib/systemd/system/peplink_exporter.socket -rw-r--r-- root:root ",
		"/etc/peplink_exporter/peplink_exporter.yml -rw-r--r-- root:root cn",
		"/etc/default/peplink_exporter -rw-r--r-- root:root cn",
		"/etc/peplink_exporter/secrets drwx------ root:root ",
		"/usr/share/licenses/peplink-exporter/LICENSE -rw-r--r-- root:root ",
		"/usr/share/licenses/peplink-exporter/THIRD-PARTY-LICENSES -rw-r--r-- root:root ",
		"/usr/share/peplink_exporter/prometheus/peplink.rules.yml -rw-r--r-- root:root ",
		"/usr/share/peplink_exporter/dashboards/fleet.json -rw-r--r-- root:root ",
	} {
		if !strings.Contains(files, line+"\n") {
			t.Errorf("no %q in\n%s", line, files)
		}
	}
	if name := ask("--queryformat=%{NAME} %{VERSION} %{LICENSE} %{BUILDHOST}"); name != "peplink-exporter 1.2.3 Apache-2.0 localhost" {
		t.Errorf("the package calls itself %q", name)
	}
}
