package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is wrong with a file is told without the secrets in it, wherever somebody wrote them
// by mistake. Keys, and values of keys that never hold a secret, are quoted on purpose.
func TestFaultyFilesTellNoSecret(t *testing.T) {
	const secret = "Zq7Vw2Xk9Lm4Np6R"
	for name, text := range map[string]string{
		"of an unknown key":    "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secrets: SECRET}\n",
		"where a list is":      "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: y, collectors: SECRET}\n",
		"where targets are":    "targets: SECRET\n",
		"alone":                "SECRET\n",
		"as a list":            "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: [SECRET]}\n",
		"as a map":             "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: {SECRET: y}}\n",
		"in two forms":         "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: SECRET, client_secret_file: y}\n",
		"in a URL":             "targets:\n  - {name: a, url: 'https://u:SECRET@192.0.2.1', client_id: x, client_secret: y}\n",
		"in a broken URL":      "targets:\n  - {name: a, url: 'https://u:SECRET@192.0.2.1:zz%', client_id: x, client_secret: y}\n",
		"in a query":           "targets:\n  - {name: a, url: 'https://192.0.2.1/?accessToken=SECRET', client_id: x, client_secret: y}\n",
		"of a proxy":           "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: y, proxy_url: 'ftp://u:SECRET@192.0.2.2'}\n",
		"of a broken proxy":    "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: y, proxy_url: 'http://u:SECRET@%zz'}\n",
		"as a file":            "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret_file: \"SECRET\\0\"}\n",
		"not closed":           "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: \"SECRET}\n",
		"with a tab":           "targets:\n\t- {client_secret: SECRET}\n",
		"as an alias":          "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: *SECRET}\n",
		"with a percent sign":  "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: %SECRET}\n",
		"with a colon":         "targets:\n  - name: a\n    client_secret: SECRET: y\n",
		"twice":                "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: SECRET, client_secret: SECRET}\n",
		"with a line break":    "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: \"SECRET\\ny\"}\n",
		"with what cannot be":  "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: \"SECRET\x01\"}\n",
		"as a user":            "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: y, username: SECRET}\n",
		"as a target":          "targets:\n  - SECRET\n",
		"as the defaults":      "defaults: SECRET\ntargets: []\n",
		"in another document":  "targets: []\n---\nclient_secret: SECRET\n",
		"in a file of 2 lines": "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret_file: two}\n",
		"in a file too large":  "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret_file: large}\n",
		"in a file of targets": "target_files: [two]\n",
		"in a certificate":     "targets:\n  - {name: a, url: https://192.0.2.1, client_id: x, client_secret: y, tls_config: {ca_file: two}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := writeConfig(t, strings.ReplaceAll(text, "SECRET", secret))
			for beside, content := range map[string]string{"two": secret + "\n" + secret, "large": strings.Repeat(secret, 1000)} {
				if err := os.WriteFile(filepath.Join(filepath.Dir(file), beside), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := runProgram(t, "--config.check", "--config.file="+file, "--log.level=debug")
			if got.status != 1 || got.stderr == "" {
				t.Errorf("exit status %d without a fault: %s", got.status, got.stdout)
			}
			// YAML's own errors quote the beginning of what they cannot read.
			if told := got.stdout + got.stderr; strings.Contains(told, secret[:6]) {
				t.Errorf("the fault tells it: %s", told)
			}
		})
	}
}
