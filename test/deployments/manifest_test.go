package deployments_test

import (
	"bufio"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

// manifest is what a chart brings into a cluster.
type manifest struct {
	objects []object
	notes   string
}

type object interface {
	runtime.Object
	metav1.Object
}

// decodeManifest reads rendered templates as the API server would, and fails where it would silently drop a field.
func decodeManifest(t *testing.T, texts map[string]string) manifest {
	t.Helper()
	made := manifest{notes: texts["NOTES.txt"]}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if filepath.Ext(name) == ".yaml" {
			made.objects = append(made.objects, decodeObjects(t, name, texts[name])...)
		}
	}
	return made
}

func decodeObjects(t *testing.T, name, text string) []object {
	t.Helper()
	decoder := strictDecoder(t)
	var objects []object
	documents := yaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if empty(document) {
			continue
		}
		decoded, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, document)
		}
		found, ok := decoded.(object)
		if !ok {
			t.Fatalf("%s: a %T has no metadata", name, decoded)
		}
		objects = append(objects, found)
	}
}

// empty reports whether a document holds nothing but comments.
func empty(document []byte) bool {
	for line := range strings.Lines(string(document)) {
		if line = strings.TrimSpace(line); line != "" && line != "---" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// strictDecoder knows the kinds of Kubernetes and of the Prometheus operator.
func strictDecoder(t *testing.T) runtime.Decoder {
	t.Helper()
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		scheme.AddToScheme, monitoringv1.AddToScheme, monitoringv1alpha1.AddToScheme,
	} {
		if err := add(kinds); err != nil {
			t.Fatal(err)
		}
	}
	return serializer.NewCodecFactory(kinds, serializer.EnableStrict).UniversalDeserializer()
}

// allOf are the objects of one kind.
func allOf[T object](made manifest) []T {
	var found []T
	for _, candidate := range made.objects {
		if wanted, ok := candidate.(T); ok {
			found = append(found, wanted)
		}
	}
	return found
}

// theOne is the only object of a kind.
func theOne[T object](t *testing.T, made manifest) T {
	t.Helper()
	found := allOf[T](made)
	if len(found) != 1 {
		t.Fatalf("%d objects are a %T, want one", len(found), *new(T))
	}
	return found[0]
}
