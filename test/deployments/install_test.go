//go:build deployments

package deployments_test

import (
	"strings"
	"testing"
)

// Where systemd does not run, as in a container, the package can be installed, used,
// removed and purged all the same, and leaves nothing but dpkg's own records.
func TestDebByHand(t *testing.T) {
	m := newMachine(t)
	m.put(t, packageFile(t, "deb", packagedVersion), "first.deb")
	m.put(t, "testdata/machine/by_hand.sh", "by_hand.sh")
	if said, err := m.run(t, "/bin/true"); err != nil { // writes what every start writes
		t.Fatalf("systemd-nspawn: %v\n%s", err, said)
	}
	before := m.files(t)
	if said, err := m.run(t, "/root/by_hand.sh"); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for path := range m.files(t) {
		if !before[path] && !strings.HasPrefix(path, "/var/lib/dpkg/") && !strings.HasPrefix(path, "/var/log/") {
			t.Errorf("the package leaves %s", path)
		}
	}
}

// The package and its unit under a real systemd, which boots in a container for it:
// DynamicUser, LoadCredential and the sandbox do not keep the exporter from its work.
func TestServiceUnderSystemd(t *testing.T) {
	m := newMachine(t)
	m.put(t, packageFile(t, "deb", packagedVersion), "first.deb")
	m.put(t, packageFile(t, "deb", "1.2.4"), "second.deb")
	m.put(t, builtProgram(t, "./demo/simulator", "simulator"), "simulator")
	m.put(t, "../../deploy/package/peplink_exporter.yml", "installed.yml")
	m.bootFor(t, "testdata/machine/service.sh")
}

func TestRPMUnderSystemd(t *testing.T) {
	m := newMachine(t)
	m.put(t, packageFile(t, "rpm", packagedVersion), "first.rpm")
	m.put(t, packageFile(t, "rpm", "1.2.4"), "second.rpm")
	m.bootFor(t, "testdata/machine/rpm.sh")
}
