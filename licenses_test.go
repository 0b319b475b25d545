package main

import (
	"os"
	"os/exec"
	"testing"
)

// Archives, packages and images bring the licences of all that is linked, as they are in
// the modules of now.
func TestLicensesAreCurrent(t *testing.T) {
	wanted, err := exec.CommandContext(t.Context(), "deploy/package/licenses.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("THIRD-PARTY-LICENSES")
	if err != nil || string(got) != string(wanted) {
		t.Errorf("THIRD-PARTY-LICENSES is not what is linked now (%v): make licenses", err)
	}
}
