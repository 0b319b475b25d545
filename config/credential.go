package config

import (
	"cmp"
	"regexp"
)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// half is one of the two parts of a credential.
type half struct {
	name string
	of   func(*settings) *Secret
}

func clientID(s *settings) *Secret     { return &s.ClientID }
func clientSecret(s *settings) *Secret { return &s.ClientSecret }
func username(s *settings) *Secret     { return &s.username }
func password(s *settings) *Secret     { return &s.Password }

// credentialKinds are an API client and a user (API document, POST
// auth.token.grant and POST login).
var credentialKinds = [][]half{
	{{"client_id", clientID}, {"client_secret", clientSecret}},
	{{"username", username}, {"password", password}},
}

// credential reads one half of a credential in one of its forms.
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
		case ok && form == fileSecret:
			r.mayName(f, text)
		case ok && form == envSecret && !envName.MatchString(text):
			r.fault(f.line, f.path, "is not the name of an environment variable")
		case ok && form == envSecret && r.in.confined != "":
			r.fault(f.line, f.path, "a file of target_files may not read the environment; "+
				"name a file, or write the target in %s", r.main.name)
		}
		r.keep(f, form, text, half, into)
	}
}

func readUsername(r *reader, f field, into *settings) {
	text, ok := r.text(f)
	if ok {
		line, err := oneLine(text)
		if err != nil {
			r.fault(f.line, f.path, "%v", err)
		}
		text = line
	}
	r.keep(f, literalSecret, text, username, into)
}

// keep sets one half of a credential, also where it is faulty, so that it does
// not count as missing. The first one of a target drops the credential of
// defaults whole.
func (r *reader) keep(f field, form secretForm, text string, half func(*settings) *Secret, into *settings) {
	if !into.ownCredential {
		for _, kind := range credentialKinds {
			*kind[0].of(into), *kind[1].of(into) = Secret{}, Secret{}
		}
		into.ownCredential = true
	}
	secret := half(into)
	if !secret.IsZero() {
		first := secret.setting.origin
		r.fault(f.line, f.path, "the same secret stands in line %d as %s; keep one of them", first.line, first.key)
		return
	}
	*secret = newSecret(form, text, origin{r.in, f.line, f.path})
}

// checkCredential refuses two kinds of credential, and half of one.
func (r *reader) checkCredential(s *settings) {
	client, user := cmp.Or(s.ClientID, s.ClientSecret), cmp.Or(s.username, s.Password)
	if !client.IsZero() && !user.IsZero() {
		first, second := client.setting.origin, user.setting.origin
		r.fault(second.line, second.key, "stands beside %s in line %d, which is another kind of credential; "+
			"keep client_id and client_secret, or username and password", first.key, first.line)
		return
	}
	for _, kind := range credentialKinds {
		for i, missing := range kind {
			present := *kind[1-i].of(s)
			if missing.of(s).IsZero() && !present.IsZero() {
				at := present.setting.origin
				r.fault(at.line, at.key, "%s is missing; a credential is written whole, in defaults or on the target", missing.name)
			}
		}
	}
}

// hasCredential reports whether any part of one was named, here or in defaults.
func (s *settings) hasCredential() bool {
	return cmp.Or(s.ClientID, s.ClientSecret, s.username, s.Password) != Secret{}
}
