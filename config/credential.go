package config

import (
	"regexp"
	"strings"
)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func clientID(s *settings) *Secret     { return &s.ClientID }
func clientSecret(s *settings) *Secret { return &s.ClientSecret }

// credential reads one half of a credential in one of its forms. The first such
// key of a target drops the credential of defaults whole.
func credential(half func(*settings) *Secret, form secretForm) func(*reader, field, *settings) {
	return func(r *reader, f field, into *settings) {
		read := r.text
		if form == fileSecret {
			read = r.path
		}
		text, ok := read(f)
		switch {
		case ok && form == fileSecret && text == "":
			r.fault(f.line, f.path, "is empty; write the path of a file")
		case ok && form == envSecret && !envName.MatchString(text):
			r.fault(f.line, f.path, "is not the name of an environment variable")
		}
		if !into.ownCredential {
			into.ClientID, into.ClientSecret = Secret{}, Secret{}
			into.ownCredential = true
		}
		// Kept also where it is faulty, so that it does not count as missing.
		secret := half(into)
		if !secret.IsZero() {
			first := secret.setting.origin
			r.fault(f.line, f.path, "the same secret stands in line %d as %s; keep one of them", first.Line, first.Key)
			return
		}
		*secret = newSecret(form, text, Fault{File: r.file, Line: f.line, Key: f.path})
	}
}

// checkCredential refuses half a credential.
func (r *reader) checkCredential(s *settings) {
	const missing = "%s is missing; a credential is written whole, in defaults or on the target"
	switch {
	case s.ClientID.IsZero() == s.ClientSecret.IsZero():
	case s.ClientID.IsZero():
		r.fault(s.ClientSecret.setting.origin.Line, s.ClientSecret.setting.origin.Key, missing, "client_id")
	default:
		r.fault(s.ClientID.setting.origin.Line, s.ClientID.setting.origin.Key, missing, "client_secret")
	}
}

// forTarget puts the target's name and the configuration's directory into the
// path of a file.
func (s Secret) forTarget(name, directory string) Secret {
	if s.IsZero() || s.setting.form != fileSecret {
		return s
	}
	return newSecret(fileSecret, pathFor(s.setting.text(), name, directory), s.setting.origin)
}

// namePlaceholder stands for the target's name in paths.
const namePlaceholder = "{name}"

func hasName(path string) bool { return strings.Contains(path, namePlaceholder) }
