package server_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/peplink-exporter/peplink_exporter/peplink/peplinktest"
)

// secretsSent are what the request for a session holds.
var secretsSent = map[string]string{
	grantEndpoint: peplinktest.ClientID + " " + peplinktest.ClientSecret,
	loginEndpoint: peplinktest.Password,
}

// secretVariables are the environment variables in which secrets stand in these tests.
var secretVariables = map[string]string{
	"PEPLINK_TEST_CLIENT_ID": peplinktest.ClientID, "PEPLINK_TEST_CLIENT_SECRET": peplinktest.ClientSecret,
	"PEPLINK_TEST_PASSWORD": peplinktest.Password,
}

// secretForms are the ways to write a secret as a line of the configuration.
var secretForms = map[string]func(t *testing.T, name, value string) string{
	"literal": func(_ *testing.T, name, value string) string { return name + ": " + value },
	"file": func(t *testing.T, name, value string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "secret")
		writeFile(t, path, value+"\n")
		return name + "_file: " + path
	},
	"env": func(_ *testing.T, name, _ string) string { return name + "_env: PEPLINK_TEST_" + strings.ToUpper(name) },
}

// credentialIn is how to log in at an endpoint, written in a form.
func credentialIn(t *testing.T, endpoint, form string) credential {
	t.Helper()
	write := secretForms[form]
	if endpoint == loginEndpoint {
		return credential{"username: " + peplinktest.Username, write(t, "password", peplinktest.Password)}
	}
	return credential{write(t, "client_id", peplinktest.ClientID), write(t, "client_secret", peplinktest.ClientSecret)}
}

// secrets are those of the sessions so far.
func (r *router) secrets() []string {
	return slices.Concat([]string{peplinktest.ClientID, peplinktest.ClientSecret, peplinktest.Password}, r.Tokens(), r.Cookies())
}
