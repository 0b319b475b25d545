package config

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// maxCABytes bounds a CA file; the largest bundles in use have a quarter of it.
const maxCABytes = 1 << 20

// TLS says how a router's certificate is verified. At most one of CAFile,
// FingerprintsSHA256 and InsecureSkipVerify is set; where none is, the system's
// certificate authorities decide. Certificates of routers are self-signed nearly
// everywhere (field notes, Transport and errors).
type TLS struct {
	// CAFile is the path of a PEM file, empty where there is none.
	CAFile string
	// CAPEM is the content of CAFile as Load read it; it holds at least one
	// certificate.
	CAPEM []byte
	// FingerprintsSHA256 of the leaf certificate's DER; any one of them is
	// accepted, and nothing else is checked.
	FingerprintsSHA256 [][32]byte
	// InsecureSkipVerify accepts every certificate.
	InsecureSkipVerify bool
	// ServerName is sent and checked instead of the URL's host; empty means the
	// host.
	ServerName string
	// MinVersion is one of crypto/tls's Version constants.
	MinVersion uint16
}

// defaultTLS is what holds where no tls_config is written.
func defaultTLS() TLS { return TLS{MinVersion: tls.VersionTLS12} }

var tlsVersions = map[string]uint16{
	"TLS10": tls.VersionTLS10, "TLS11": tls.VersionTLS11, "TLS12": tls.VersionTLS12, "TLS13": tls.VersionTLS13,
}

var tlsKeys = []key[TLS]{
	{"ca_file", anywhere, readCAFile},
	{"fingerprint_sha256", anywhere, readFingerprints},
	{"insecure_skip_verify", anywhere, func(r *reader, f field, into *TLS) { into.InsecureSkipVerify = r.truth(f) }},
	{"server_name", anywhere, readServerName},
	{"min_version", anywhere, readMinVersion},
}

func (t TLS) same(other TLS) bool {
	return t.CAFile == other.CAFile && bytes.Equal(t.CAPEM, other.CAPEM) &&
		slices.Equal(t.FingerprintsSHA256, other.FingerprintsSHA256) &&
		t.InsecureSkipVerify == other.InsecureSkipVerify &&
		t.ServerName == other.ServerName && t.MinVersion == other.MinVersion
}

// readTLS replaces what was there before as a whole.
func readTLS(r *reader, f field, into *settings) {
	into.TLS = defaultTLS()
	into.tlsIn = r.in
	into.tlsLines = readMapping(r, f, anywhere, tlsKeys, &into.TLS)
	ways := 0
	for _, set := range []bool{into.TLS.CAFile != "", len(into.TLS.FingerprintsSHA256) > 0, into.TLS.InsecureSkipVerify} {
		if set {
			ways++
		}
	}
	if ways > 1 {
		r.fault(f.line, f.path, "ca_file, fingerprint_sha256 and insecure_skip_verify exclude each other; keep one")
	}
}

func readCAFile(r *reader, f field, into *TLS) {
	text, _ := r.path(f)
	if text == "" || !r.mayName(f, text) {
		return
	}
	into.CAFile = text
	if !hasName(text) {
		r.authority(r.in.pathFor(text, ""), r.in, f.line)
	}
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

// authority reads a CA file that a line of a file names; nil after a fault.
func (r *reader) authority(path string, in *file, line int) []byte {
	key := authorityFile{in.confined, path}
	found, ok := r.authorities[key]
	if !ok {
		found.pem, found.err = readFile(in.confined, path, maxCABytes)
		r.record(path, found.pem, found.err)
		if found.err == nil && !x509.NewCertPool().AppendCertsFromPEM(found.pem) {
			found.err = errors.New("holds no certificate in PEM form")
		}
		r.authorities[key] = found
	}
	if found.err != nil {
		r.faultIn(in, line, "tls_config.ca_file", "file %s: %v", path, found.err)
		return nil
	}
	return found.pem
}

func readFingerprints(r *reader, f field, into *TLS) {
	for _, item := range r.items(f) {
		text, ok := r.text(item)
		if !ok {
			continue
		}
		sum, err := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
		if err != nil || len(sum) != 32 {
			r.fault(item.line, f.path, "%s is not a SHA-256 fingerprint; write 64 hexadecimal digits, colons allowed", shown(text))
			continue
		}
		into.FingerprintsSHA256 = append(into.FingerprintsSHA256, [32]byte(sum))
	}
}

func readServerName(r *reader, f field, into *TLS) {
	text, ok := r.text(f)
	if !ok || text == "" {
		return
	}
	name, err := normalHost(text, strings.Contains(text, ":"))
	if err != nil {
		r.fault(f.line, f.path, "%s is not a host name", shown(text))
	}
	into.ServerName = strings.Trim(name, "[]")
}

func readMinVersion(r *reader, f field, into *TLS) {
	text, ok := r.text(f)
	if !ok {
		return
	}
	version, known := tlsVersions[text]
	if !known {
		r.fault(f.line, f.path, "%s is not one of TLS10, TLS11, TLS12, TLS13", shown(text))
		return
	}
	into.MinVersion = version
}
