package config_test

import (
	"crypto/tls"
	"net/url"
	"testing"
	"time"

	"github.com/peplink-exporter/peplink_exporter/config"
)

func TestSameConnection(t *testing.T) {
	load := func() *config.Target {
		return good(t, one+"    labels: {site: a}\n    proxy_url: http://proxy\n").Targets[0]
	}
	check := func(name string, change func(*config.Target), same bool) {
		t.Helper()
		changed := load()
		change(changed)
		if changed.SameConnection(load()) != same || load().SameConnection(changed) != same {
			t.Errorf("another %s: same is not %v", name, same)
		}
	}
	for name, change := range map[string]func(*config.Target){
		"url":             func(c *config.Target) { c.URL = &url.URL{Scheme: "https", Host: "b"} },
		"proxy":           func(c *config.Target) { c.ProxyURL = nil },
		"timeout":         func(c *config.Target) { c.Timeout++ },
		"connect timeout": func(c *config.Target) { c.ConnectTimeout++ },
		"requests":        func(c *config.Target) { c.MaxConcurrentRequests++ },
		"user":            func(c *config.Target) { c.Username = "x" },
		"password":        func(c *config.Target) { c.Password = config.LiteralSecret("x") },
		"id":              func(c *config.Target) { c.ClientID = config.LiteralSecret("x") },
		"secret":          func(c *config.Target) { c.ClientSecret = config.FileSecret("secret") },
		"CA content":      func(c *config.Target) { c.TLS.CAPEM = []byte("x") },
		"fingerprints":    func(c *config.Target) { c.TLS.FingerprintsSHA256 = make([][32]byte, 1) },
		"skip verify":     func(c *config.Target) { c.TLS.InsecureSkipVerify = true },
		"server name":     func(c *config.Target) { c.TLS.ServerName = "x" },
		"version":         func(c *config.Target) { c.TLS.MinVersion = tls.VersionTLS13 },
	} {
		check(name, change, false)
	}
	for name, change := range map[string]func(*config.Target){
		"nothing":         func(*config.Target) {},
		"labels":          func(c *config.Target) { c.Labels["site"] = "b" },
		"scrape interval": func(c *config.Target) { c.ScrapeInterval++ },
		"scrape timeout":  func(c *config.Target) { c.ScrapeTimeout++ },
		"collectors":      func(c *config.Target) { c.Collectors = c.Collectors[1:] },
		"intervals":       func(c *config.Target) { c.MinInterval["all"]++ },
		"peers":           func(c *config.Target) { c.MaxPeers++ },
		"link peers":      func(c *config.Target) { c.MaxLinkPeers++ },
		"expose":          func(c *config.Target) { c.Expose.Location = true },
		"zone":            func(c *config.Target) { c.TimeZone, _ = time.LoadLocation("Asia/Tokyo") },
		"CA path":         func(c *config.Target) { c.TLS.CAFile = "x" },
	} {
		check(name, change, true)
	}
}
