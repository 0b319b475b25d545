package config

import (
	"cmp"
	"regexp"
)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// credentials are an API client and a user (API document, POST auth.token.grant
// and POST login), each in two halves.
var credentials = [][2]string{{"client_id", "client_secret"}, {"username", "password"}}

// secret reads one half of a credential in one of its forms. It is set also
// where it is faulty, so that it does not count as missing.
func (r *reader) secret(f field, form secretForm, into *Secret) {
	text, ok := r.text(f)
	switch {
	case !ok:
	case form == fileSecret && text == "":
		r.fault(f.origin, "is empty; write the path of a file")
	case form == fileSecret:
		if err := r.checkPath(f, text); err != nil {
			r.fault(f.origin, "%v", err)
		}
	case form == envSecret && !envName.MatchString(text):
		r.fault(f.origin, "is not the name of an environment variable")
	case form == envSecret && r.in.confined != nil:
		r.fault(f.origin, "a file of target_files may not read the environment; "+
			"name a file, or write the target in %s", r.main.name)
	}
	if !into.IsZero() {
		first := into.origin()
		r.fault(f.origin, "the same secret stands in line %d as %s; keep one of them", first.line, first.key)
		return
	}
	*into = newSecret(form, text, f.origin)
}

// half is where one half of a credential stands on the target itself, in
// whichever form.
func (s *settings) half(name string) origin {
	return cmp.Or(s.own[name], s.own[name+"_file"], s.own[name+"_env"])
}

// hasCredential reports whether any part of one was named here.
func (s *settings) hasCredential() bool {
	return cmp.Or(s.half("client_id"), s.half("client_secret"), s.half("username"), s.half("password")) != origin{}
}

// checkCredential refuses two kinds of credential, and half of one.
func (r *reader) checkCredential(s *settings) {
	client := cmp.Or(s.half("client_id"), s.half("client_secret"))
	user := cmp.Or(s.half("username"), s.half("password"))
	if client.line > 0 && user.line > 0 {
		r.fault(user, "stands beside %s in line %d, which is another kind of credential; "+
			"keep client_id and client_secret, or username and password", client.key, client.line)
		return
	}
	for _, halves := range credentials {
		for i, missing := range halves {
			if present := s.half(halves[1-i]); present.line > 0 && s.half(missing).line == 0 {
				r.fault(present, "%s is missing; a credential is written whole, in defaults or on the target", missing)
			}
		}
	}
}
