package config

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxCABytes bounds a CA file; the largest bundles in use have a quarter of it.
const maxCABytes = 1 << 20

// TLS says how a router's certificate is verified. At most one of CAFile, FingerprintsSHA256 and InsecureSkipVerify
// is set; where none is, the system's certificate authorities decide. Certificates of routers are self-signed nearly
// everywhere (field notes, Transport and errors).
type TLS struct {
	// CAFile is the path of a PEM file, empty where there is none.
	CAFile string `yaml:"ca_file,omitempty"`
	// CAPEM is the content of CAFile as Load read it; it holds at least one certificate.
	CAPEM []byte `yaml:"-"`
	// FingerprintsSHA256 of the leaf certificate's DER; any one of them is accepted, and nothing else is checked.
	FingerprintsSHA256 [][32]byte `yaml:"fingerprint_sha256,omitempty"`
	// InsecureSkipVerify accepts every certificate.
	InsecureSkipVerify bool `yaml:"insecure_skip_verify"`
	// ServerName is sent and checked instead of the URL's host; empty means the host.
	ServerName string `yaml:"server_name,omitempty"`
	// MinVersion is one of crypto/tls's Version constants.
	MinVersion uint16 `yaml:"min_version"`
}

var tlsVersions = map[string]uint16{
	"TLS10": tls.VersionTLS10, "TLS11": tls.VersionTLS11, "TLS12": tls.VersionTLS12, "TLS13": tls.VersionTLS13,
}

// tls replaces what was there before as a whole.
func (r *reader) tls(f field, into *TLS, own map[string]origin) {
	*into = TLS{MinVersion: tls.VersionTLS12}
	r.mapping(f, into, tlsKeys, own)
	ways := 0
	for _, set := range []bool{into.CAFile != "", len(into.FingerprintsSHA256) > 0, into.InsecureSkipVerify} {
		if set {
			ways++
		}
	}
	if ways > 1 {
		r.fault(f.origin, "ca_file, fingerprint_sha256 and insecure_skip_verify exclude each other; keep one")
	}
}

// opensslPrefix is what openssl x509 -fingerprint -sha256 prints before it.
var opensslPrefix = regexp.MustCompile(`(?i)^sha256 fingerprint=`)

// fingerprints are one or a list.
func (r *reader) fingerprints(f field) (sums [][32]byte) {
	if f.node.Kind == yaml.ScalarNode && !isNull(f.node) {
		f.node = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{f.node}}
	}
	r.texts(f, func(_ origin, text string) error {
		sum, err := hex.DecodeString(strings.ReplaceAll(opensslPrefix.ReplaceAllString(text, ""), ":", ""))
		if err != nil || len(sum) != 32 {
			return fmt.Errorf("%s is not a SHA-256 fingerprint; write 64 hexadecimal digits, colons allowed, "+
				"or the line that openssl x509 -fingerprint -sha256 prints", shown(text))
		}
		sums = append(sums, [32]byte(sum))
		return nil
	})
	return sums
}

// authorityFile is a CA file, and the only folder that it may be in.
type authorityFile struct {
	folder, path string
}

// authority is what a CA file holds, or what is wrong with it.
type authority struct {
	pem []byte
	err error
}

// authority reads a CA file; nil after a fault.
func (r *reader) authority(at origin, path string) []byte {
	folder, _ := at.in.folder(path)
	found, ok := r.authorities[authorityFile{folder, path}]
	if !ok {
		found.pem, found.err = readFile(folder, path, maxCABytes)
		r.record(path, found.pem, found.err)
		if found.err == nil && !x509.NewCertPool().AppendCertsFromPEM(found.pem) {
			found.err = errors.New("holds no certificate in PEM form")
		}
		r.authorities[authorityFile{folder, path}] = found
	}
	if found.err != nil {
		r.fault(at, "file %s: %v", path, found.err)
	}
	return found.pem
}
