package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const models = "../peplink/peplinktest/models"

// garbled is the model of which the point is that nobody understands all of it.
const garbled = "sloppy"

// Every field of every answer that is known is exported, or left out on purpose.
func TestEveryFieldIsAccountedFor(t *testing.T) {
	for _, model := range peplinktest.Models() {
		if model == garbled {
			continue
		}
		t.Run(model, func(t *testing.T) {
			answers, err := load(filepath.Join(models, model))
			if err != nil {
				t.Fatal(err)
			}
			delete(answers, "model")
			delete(answers, "cmd.wifi.scan") // which is asked by nobody
			for endpoint := range answers {
				findings, err := check(t.Context(), answers, endpoint)
				if err != nil {
					t.Fatal(err)
				}
				for i := range findings {
					if findings[i].isUnknown() {
						t.Errorf("%s: nothing comes from %q, and collector/unread.go does not say why", endpoint, findings[i].name)
					}
				}
			}
		})
	}
}

// folder is a folder with these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	path := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(path, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestReport(t *testing.T) {
	path := folder(t, map[string]string{
		"status.wan.connection.json": `{"stat":"ok","response":{"1":{"name":"Anna's line","statusLed":"green","message":"Connected","newKey":{"inner":262020000000021},
			"ip":"192.0.2.7","portId":4},"4":{"name":"m","type":"cellular","cellular":{"sim":{"1":{"password":"hunter2","imsi":"262020000000021"}}}},"order":[1]}}`,
		"cmd.wan.cellular.4.json": `{"stat":"ok","response":{"enabledSim":[1],"preferredSim":null,"other":7}}`,
		"status.cpu.json":         `{"cpu":{"load":"1.00%"}}`,
		"cmd.wifi.scan.json":      `{}`,
	})
	var out bytes.Buffer
	if err := run(t.Context(), []string{path}, &out); !errors.Is(err, errUnknown) || !strings.HasPrefix(err.Error(), "2: ") {
		t.Errorf("error %v, want one that tells of 2 fields", err)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	text := "\n" + strings.Join(lines, "\n") + "\n"
	for _, want := range []string{
		"\nstatus.wan.connection\n", "\ncmd.wan.cellular\n", "\nstatus.cpu\n",
		"\nnewKey.inner 999999999999999 unknown\n", "\nother 9 unknown\n",
		`ip "999.9.9.9" peplink_wan_address_info` + "\n",
		"\nportId 9 on purpose not: ", "\norder [9] on purpose not: ",
		`cellular.sim.password "xxxxxx9" on purpose not: `,
		`cellular.sim.imsi "999999999999999" peplink_sim_info` + "\n",
		"\nenabledSim [9] peplink_sim_slot_enabled\n",
		`cpu.load "9.99%" peplink_device_cpu_load_ratio` + "\n",
		"\ncmd.wifi.scan\nno collector asks for this endpoint\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, personal := range []string{"Anna", "192.0.2.7", "hunter2", "262020000000021"} {
		if strings.Contains(text, personal) {
			t.Errorf("%q is shown:\n%s", personal, text)
		}
	}
}

func TestFaults(t *testing.T) {
	for name, arguments := range map[string][]string{
		"no folder":          {},
		"none of that name":  {filepath.Join(t.TempDir(), "none")},
		"empty":              {t.TempDir()},
		"no JSON":            {folder(t, map[string]string{"status.cpu.json": "<html>"})},
		"the router refused": {folder(t, map[string]string{"status.cpu.json": `{"stat":"fail","code":401,"message":"Unauthorized"}`})},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := run(t.Context(), arguments, &out); err == nil || errors.Is(err, errUnknown) {
				t.Errorf("error %v, want one that tells what is wrong; out %s", err, &out)
			}
		})
	}
}
