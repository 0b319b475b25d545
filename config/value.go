package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"gopkg.in/yaml.v3"
)

var (
	targetName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	serialNumber = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`)
	labelName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

	// exposeWords in the order of Expose's fields.
	exposeWords = []string{"addresses", "subscriber", "location"}

	// reservedLabels are set by Prometheus itself or say which part of a router a series belongs to; a target label
	// of that name would rename the series' own.
	reservedLabels = []string{
		"job", "instance", "target", "le", "quantile",
		"wan_id", "wan", "sim", "rat", "band", "band_index", "peer_id", "peer", "profile_id", "profile",
		"collector", "reason", "state", "slot", "sensor", "fan", "kind", "port_id", "port",
	}
)

// value reads the value of a key into a field of a Target, of its TLS or of the document.
func (r *reader) value(f field, form secretForm, into any, own map[string]origin) {
	switch into := into.(type) {
	case *field:
		*into = f
	case *map[string]string:
		r.labels(f, *into, own)
	case *map[string]time.Duration:
		*into = r.minInterval(f, own)
	case *[]string:
		if isNull(f.node) || f.node.Kind == yaml.SequenceNode && len(f.node.Content) == 0 {
			r.fault(f.origin, "is empty; name at least one, or leave the key out for the default")
		}
		*into = r.words(f, "collector", r.collectors.Known)
	case *Expose:
		words := r.words(f, "word", exposeWords)
		*into = Expose{slices.Contains(words, "addresses"), slices.Contains(words, "subscriber"), slices.Contains(words, "location")}
	case *TLS:
		r.tls(f, into, own)
	case *[][32]byte:
		*into = r.fingerprints(f)
	case *Secret:
		r.secret(f, form, into)
	default:
		if text, ok := r.text(f); ok {
			if err := r.scalar(f, text, into); err != nil {
				r.fault(f.origin, "%v", err)
			}
		}
	}
}

// text is the value of a scalar as it is written: an id of digits keeps its leading zeros, a label true is the word.
func (r *reader) text(f field) (string, bool) {
	plain := []string{"!!str", "!!int", "!!float", "!!bool", "!!timestamp"}
	switch {
	case isNull(f.node):
		r.fault(f.origin, "has no value")
	case f.node.Kind != yaml.ScalarNode || !slices.Contains(plain, f.node.ShortTag()):
		r.fault(f.origin, "must be a single value")
	default:
		return f.node.Value, true
	}
	return "", false
}

// scalar sets a field that one value says all about. Its error is a fault's message.
func (r *reader) scalar(f field, text string, into any) (err error) {
	switch into := into.(type) {
	case *string:
		*into, err = r.word(f, text)
	case *int:
		if *into, err = strconv.Atoi(text); err != nil || *into < 1 {
			return fmt.Errorf("%s is not a whole number of at least 1", shown(text))
		}
	case *bool:
		if f.node.Decode(into) != nil {
			return fmt.Errorf("%s is neither true nor false", shown(text))
		}
	case *uint16:
		if *into = tlsVersions[text]; *into == 0 {
			return fmt.Errorf("%s is not one of TLS10, TLS11, TLS12, TLS13", shown(text))
		}
	case *time.Duration:
		if *into, err = duration(text); err == nil && *into == 0 {
			return errors.New("is no time at all; write one such as 30s or 1m30s")
		}
	case **time.Location:
		// LoadLocation takes "" for UTC, and Local for whatever the machine is set to.
		if *into, err = time.LoadLocation(text); err != nil || text == "" || text == "Local" {
			return fmt.Errorf("unknown time zone %s; write an IANA name such as Europe/Berlin, or UTC", shown(text))
		}
	case **url.URL:
		if f.key == "url" {
			*into, err = NormalURL(text)
		} else if *into = nil; text != "" { // nothing, against a proxy in defaults
			*into, err = normalProxyURL(text)
		}
	}
	return err
}

// word is the value of a field that is a text.
func (r *reader) word(f field, text string) (string, error) {
	switch f.key {
	case "name":
		if !targetName.MatchString(text) {
			return "", fmt.Errorf("%s is not a name of 1 to 100 letters, digits, dots, - and _ that begins with a letter or digit", shown(text))
		}
	case "serial_number":
		if !serialNumber.MatchString(text) {
			return "", fmt.Errorf("%s is not a serial number; write it as the router shows it, such as 2930-0A11-1012", shown(text))
		}
	case "username":
		return oneLine(text)
	case "tls_config.server_name":
		if text == "" {
			return "", nil
		}
		name, err := normalHost(text, strings.Contains(text, ":"))
		if err != nil {
			return "", fmt.Errorf("%s is not a host name", shown(text))
		}
		return strings.Trim(name, "[]"), nil
	case "tls_config.ca_file":
		if err := r.checkPath(f, text); err != nil {
			return "", err
		}
		if text != "" && !strings.Contains(text, namePlaceholder) {
			r.authority(f.origin, r.in.pathFor(text, ""))
		}
	}
	return text, nil
}

// duration is a time as Prometheus spells it: whole numbers with their units.
func duration(text string) (time.Duration, error) {
	value, err := model.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%s is no duration; write whole numbers with their units, such as 500ms, 30s or 1m30s", shown(text))
	}
	return time.Duration(value), nil
}

// texts hands over each text of a list. What it does not like becomes a fault, once for each item, however many
// aliases lead there.
func (r *reader) texts(list field, each func(at origin, text string) error) {
	for _, item := range r.items(list) {
		if text, ok := r.text(item); ok && !r.named[item.node] {
			if err := each(item.origin, text); err != nil {
				r.fault(item.origin, "%v", err)
				r.named[item.node] = true
			}
		}
	}
}

// words reads a list of words of which each must be known and stand once.
func (r *reader) words(list field, kind string, known []string) (all []string) {
	r.texts(list, func(_ origin, word string) error {
		if !slices.Contains(known, word) {
			return fmt.Errorf("unknown %s %s%s", kind, shown(word), suggestion(word, known))
		}
		if slices.Contains(all, word) {
			return fmt.Errorf("%s stands here twice", word)
		}
		all = append(all, word)
		return nil
	})
	return all
}

// everyCollector stands in min_interval for those that are not named.
const everyCollector = "all"

// minInterval replaces the map of defaults as a whole.
func (r *reader) minInterval(f field, own map[string]origin) map[string]time.Duration {
	written := map[string]time.Duration{}
	known := append([]string{everyCollector}, r.collectors.Known...)
	for _, p := range r.pairs(f) {
		value := field{f.below(p.key.Value, p.key.Line), p.value}
		if !slices.Contains(known, p.key.Value) {
			r.unknownKey(f, p.key, known)
		} else if text, ok := r.text(value); ok {
			interval, err := duration(text)
			if err != nil {
				r.fault(value.origin, "%v", err)
			}
			written[p.key.Value], own[value.key] = interval, value.origin
		}
	}
	return r.completeMinInterval(written)
}

// completeMinInterval writes down what holds for the collectors not named. The list of firmwares changes with an
// update only.
func (r *reader) completeMinInterval(written map[string]time.Duration) map[string]time.Duration {
	if _, all := written[everyCollector]; all {
		return written
	}
	written[everyCollector] = 0
	if _, named := written["firmware"]; !named && slices.Contains(r.collectors.Known, "firmware") {
		written["firmware"] = time.Hour
	}
	return written
}

// labels adds to the labels that are already there: they alone are merged key by key. A label's value may be empty,
// which takes it away in Prometheus.
func (r *reader) labels(f field, into map[string]string, own map[string]origin) {
	for _, p := range r.pairs(f) {
		name := p.key.Value
		value := field{f.below(name, p.key.Line), p.value}
		switch {
		case strings.HasPrefix(name, "__"):
			r.fault(value.origin, "label names that begin with __ belong to Prometheus; take another name")
		case slices.Contains(reservedLabels, name):
			r.fault(value.origin, "this label name is used by the metrics or by Prometheus; take another name")
		case strings.Contains(name, ":"):
			r.fault(value.origin, "not a label name; is there a space after its colon?")
		case !labelName.MatchString(name):
			r.fault(value.origin, "%s is not a label name; it takes letters, digits and _, and begins with no digit", shown(name))
		default:
			if text, ok := r.text(value); ok {
				into[name], own[value.key] = text, value.origin
			}
		}
	}
}
