package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// configured is an exporter's configuration in the making.
type configured struct {
	defaults string   // lines of YAML, indented by two
	names    []string // of the targets
	urls     []string
}

// configurationFor is one for simulated routers, with their credential in it.
func configurationFor(r *routers, more string) []byte {
	c := configured{
		defaults: r.credential() + fmt.Sprintf("  tls_config: {fingerprint_sha256: [%s]}\n", r.Fingerprint) + more,
		names:    routerNames(len(r.URLs)), urls: r.URLs,
	}
	return c.yaml()
}

func (c configured) yaml() []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "defaults:\n%stargets:\n", c.defaults)
	for i, name := range c.names {
		fmt.Fprintf(&text, "  - name: %s\n    url: %s\n    labels: {site: depot-%d, role: vehicle, availability: intermittent, router_model: MAX HD2}\n",
			name, c.urls[i], i%50)
	}
	return text.Bytes()
}

func routerNames(count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = routerName(i)
	}
	return names
}

func routerName(i int) string { return fmt.Sprintf("bus-%05d", i) }

// pinned is a certificate that no router shows.
const pinned = "  tls_config: {fingerprint_sha256: [6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b]}\n"

// withSecretFiles is a configuration of targets that nobody scrapes, each with secrets
// in files of its own.
func (b *bench) withSecretFiles(count int) ([]byte, error) {
	secrets := filepath.Join(b.folder, "secrets")
	if err := os.MkdirAll(secrets, 0o700); err != nil {
		return nil, err
	}
	c := nobodyNamed(count, routerName)
	c.defaults = "  client_id_file: secrets/{name}.id\n  client_secret_file: secrets/{name}.secret\n" + pinned
	for i, name := range c.names {
		for _, kind := range []string{"id", "secret"} {
			content := fmt.Appendf(nil, "example-%s-%d\n", kind, i)
			if err := os.WriteFile(filepath.Join(secrets, name+"."+kind), content, 0o600); err != nil {
				return nil, err
			}
		}
	}
	return c.yaml(), nil
}

// nobodyNamed is one of targets by the given names, at addresses of this machine where
// nobody listens.
func nobodyNamed(count int, name func(i int) string) configured {
	c := configured{defaults: "  client_id: example-id\n  client_secret: example-secret\n" + pinned}
	for i := range count {
		c.names = append(c.names, name(i))
		c.urls = append(c.urls, fmt.Sprintf("https://127.%d.%d.%d:9", 1+i/65536, i/256%256, i%256))
	}
	return c
}
