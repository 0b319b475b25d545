package config_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/peplink-exporter/peplink_exporter/config"
)

// hidden keeps a secret where fmt cannot call its methods.
type hidden struct {
	secret config.Secret
}

// Every way of printing must hide a literal secret, also inside of structs.
func TestNothingPrintsASecret(t *testing.T) {
	const value = "hunter2"
	secret := config.LiteralSecret(value)
	loaded := good(t, "targets:\n  - {name: a, url: 192.0.2.1, client_id: hunter2, client_secret: hunter2}\n"+
		"  - {name: b, url: 192.0.2.2, username: u, password: hunter2}\n")
	subjects := map[string]any{
		"value":   secret,
		"pointer": &secret,
		"struct":  struct{ Secret config.Secret }{secret},
		"list":    []config.Secret{secret},
		"map":     map[string]config.Secret{"secret": secret},
		"hidden":  hidden{secret},
		"target":  *loaded.Targets[0],
		"user":    *loaded.Targets[1],
		"config":  loaded,
	}
	for name, subject := range subjects {
		for form, text := range printed(t, subject) {
			// Hexadecimal verbs would show it in another form.
			if strings.Contains(text, value) || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", value)) {
				t.Errorf("%s printed by %s holds the secret: %s", name, form, text)
			}
		}
	}
	for form, text := range printed(t, secret) {
		// encoding/json writes < and > as \u003c and \u003e, XML as &lt; and &gt;.
		plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", "&lt;", "<", "&gt;", ">").Replace(text)
		if !strings.Contains(plain, "<secret>") {
			t.Errorf("%s prints %q", form, text)
		}
	}
}

func printed(t *testing.T, subject any) map[string]string {
	t.Helper()
	forms := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%10s"} {
		forms[verb] = fmt.Sprintf(verb, subject)
	}
	forms["Sprint"] = fmt.Sprint(subject)
	forms["error"] = fmt.Errorf("wrapped: %v", subject).Error()
	for name, marshal := range map[string]func(any) ([]byte, error){
		"json": json.Marshal, "yaml": yaml.Marshal, "xml": xml.Marshal,
	} {
		text, err := marshal(subject)
		if secret, ok := subject.(config.Secret); ok && err != nil {
			t.Errorf("%s of %v: %v", name, secret, err)
		}
		forms[name] = string(text)
	}
	var text, structured bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", "subject", subject)
	slog.New(slog.NewJSONHandler(&structured, nil)).Info("x", "subject", subject)
	forms["slog text"], forms["slog json"] = text.String(), structured.String()
	if secret, ok := subject.(config.Secret); ok {
		forms["String"] = secret.String()
	}
	return forms
}
