package deployments_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// certificateName is what the certificate of the web server is for.
const certificateName = "peplink-exporter"

// cluster is what pods and Prometheus find there by name: the keys of ConfigMaps and Secrets with their values.
type cluster struct {
	configMaps map[string]map[string]string
	secrets    map[string]map[string]string
}

// newCluster holds what the sets of values count on, and what the chart brings.
func newCluster(t *testing.T, made manifest) cluster {
	t.Helper()
	certificate, key := selfSigned(t)
	there := cluster{
		configMaps: map[string]map[string]string{"authority": {"ca.crt": certificate}},
		secrets:    map[string]map[string]string{"web-certificate": {corev1.TLSCertKey: certificate, corev1.TLSPrivateKeyKey: key}},
	}
	existing := decodeObjects(t, "cluster.yaml", string(readFile(t, "testdata/cluster.yaml")))
	for _, o := range append(existing, made.objects...) {
		switch o := o.(type) {
		case *corev1.ConfigMap:
			there.configMaps[o.Name] = o.Data
		case *corev1.Secret:
			there.secrets[o.Name] = o.StringData
		}
	}
	return there
}

func (c cluster) secret(t *testing.T, key corev1.SecretKeySelector) string {
	t.Helper()
	value, ok := c.secrets[key.Name][key.Key]
	if !ok {
		t.Fatalf("there is no key %s in the Secret %s", key.Key, key.Name)
	}
	return value
}

// files are what a projected volume holds.
func (c cluster) files(t *testing.T, volume corev1.Volume) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, source := range volume.Projected.Sources {
		switch {
		case source.ConfigMap != nil:
			project(t, files, c.configMaps, source.ConfigMap.Name, source.ConfigMap.Items, source.ConfigMap.Optional)
		case source.Secret != nil:
			project(t, files, c.secrets, source.Secret.Name, source.Secret.Items, source.Secret.Optional)
		default:
			t.Fatalf("volume %s has another source: %+v", volume.Name, source)
		}
	}
	return files
}

// project adds to files what one source brings: all of its keys, or some under other names.
func project(t *testing.T, files map[string]string, sources map[string]map[string]string, name string, items []corev1.KeyToPath, optional *bool) {
	t.Helper()
	source, ok := sources[name]
	if !ok {
		if optional == nil || !*optional {
			t.Fatalf("there is no %s: the pod would wait for it", name)
		}
		return
	}
	if len(items) == 0 {
		for key := range source {
			items = append(items, corev1.KeyToPath{Key: key, Path: key})
		}
	}
	for _, item := range items {
		content, ok := source[item.Key]
		if !ok {
			t.Fatalf("%s has no key %s: the pod would wait for it", name, item.Key)
		}
		if _, ok := files[item.Path]; ok {
			t.Fatalf("%s comes twice into one folder", item.Path)
		}
		files[item.Path] = content
	}
}

// selfSigned is a certificate and its key, in PEM.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		DNSNames:              []string{certificateName},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}
