package peplink

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// session is the one session that all requests to a router share. Whoever needs a token
// while none is valid waits for the same grant, and can stop waiting; a token near its end
// is still used while a new one is granted.
type session struct {
	credentials func() (Credentials, error)
	grant       func(context.Context, Credentials) (*credential, error)
	now         func() time.Time
	timeout     time.Duration   // of one grant
	life        context.Context // of the client; its end ends a grant under way
	endLife     context.CancelFunc

	grantsRunning sync.WaitGroup

	mu       sync.Mutex
	current  *credential // nil where there is none
	running  *grantCall  // nil where no grant is under way
	refused  refusal
	regrants regrants
	ended    time.Time // when a back-off was last ended by request
	grants   uint64
	failures uint64
	number   uint64
}

// grantCall is a grant under way, and those who share it. credential and err are set when
// done is closed; the session's lock guards the rest.
type grantCall struct {
	endpoint string
	until    time.Time   // when the last of those who want its token gives up
	timer    *time.Timer // ends it then
	done     chan struct{}

	credential *credential
	err        error
}

// extend makes a grant live at least until a time. It is too late for one that has run out
// of its own.
func (g *grantCall) extend(until time.Time) bool {
	if until.After(g.until) {
		if !g.timer.Stop() {
			return false
		}
		g.until = until
		g.timer.Reset(time.Until(until))
	}
	return true
}

func newSession(o Options, grant func(context.Context, Credentials) (*credential, error)) *session {
	s := &session{credentials: o.Credentials, grant: grant, now: o.Now, timeout: o.GrantTimeout}
	s.life, s.endLife = context.WithCancel(context.Background())
	return s
}

// token returns a token that is valid now, waiting for a grant where there is none.
func (s *session) token(ctx context.Context) (*credential, error) {
	s.mu.Lock()
	if c := s.current; c.serves(s.now()) {
		if c.isDue(s.now()) { // a refresh, for which nobody waits
			s.shareGrant(ctx, time.Now().Add(s.timeout))
		}
		s.mu.Unlock()
		return c, nil
	}
	until, ok := deadline(ctx)
	if !ok {
		until = time.Now().Add(s.timeout)
	}
	call := s.shareGrant(ctx, until)
	s.mu.Unlock()
	select {
	case <-call.done:
		return call.credential, call.err
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		return nil, &Error{Endpoint: call.endpoint, Reason: ReasonTimeout, Detail: "no answer in time", Err: ctx.Err()}
	}
}

// accept notes that an endpoint took the token.
func (s *session) accept(c *credential, r request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.accepted[r.right()] = true
}

// reject notes that an endpoint refused a token that was granted because it had refused
// the one before.
func (s *session) reject(c *credential) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.refused = true
}

// replace is called when an endpoint answered 401 to a token. It drops that token, unless
// a newer one is in place, and returns the one to repeat the request with. No grant is
// made where the token cannot be at fault, or where one was made for a 401 just now.
func (s *session) replace(ctx context.Context, failed *credential, r request) (*credential, error) {
	if err := s.drop(failed, r); err != nil {
		return nil, err
	}
	return s.token(ctx)
}

func (s *session) drop(failed *credential, r request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != failed {
		return nil
	}
	failed.refused = true
	tooSoon := s.regrants.tooSoon(s.now())
	switch wasAccepted := failed.accepted[r.right()]; {
	case !wasAccepted && (len(failed.accepted) > 0 || tooSoon):
		return forbidden(r)
	case tooSoon:
		failure := &Error{
			Endpoint: r.endpoint,
			Reason:   ReasonAuth,
			Detail:   "401 Unauthorized, too soon after a new session began for the same cause",
		}
		if s.regrants.contended(s.now()) {
			failure.Detail += " (another program probably uses this API client)"
		}
		return failure
	}
	s.regrants.add(s.now())
	s.current = nil
	return nil
}

func forbidden(r request) *Error {
	detail := "401 Unauthorized (this account may not read it)"
	if r.method != http.MethodGet {
		detail = "401 Unauthorized (this account may not do it)"
	}
	return &Error{Endpoint: r.endpoint, Reason: ReasonForbidden, Detail: detail}
}

// shareGrant joins the grant under way or begins one; s.mu is held. A grant goes on when
// the one who began it leaves, because others may wait for it and its token serves all.
func (s *session) shareGrant(ctx context.Context, until time.Time) *grantCall {
	if s.running != nil && s.running.extend(until) {
		return s.running
	}
	ctx, cancel := context.WithCancel(WithTimeLeft(context.WithoutCancel(ctx), until))
	call := &grantCall{
		endpoint: grantEndpoint, until: until, timer: time.AfterFunc(time.Until(until), cancel), done: make(chan struct{}),
	}
	s.running = call
	go func() {
		defer close(call.done)
		defer cancel()
		defer context.AfterFunc(s.life, cancel)()
		credentials, err := s.credentials() // which may be on a slow disk: no lock is held
		if s.mayGrant(call, credentials, err) {
			defer s.grantsRunning.Done()
			call.credential, call.err = s.grant(ctx, credentials)
			s.finish(call, credentials)
		}
	}()
	return call
}

// mayGrant reports whether a grant is to be asked for; else it has failed. If so, its end
// is waited for when the client is closed.
func (s *session) mayGrant(call *grantCall, credentials Credentials, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	call.endpoint = credentials.endpoint()
	switch {
	case s.life.Err() != nil:
		call.err = &Error{Endpoint: call.endpoint, Reason: ReasonTimeout, Detail: "the client is closed", Err: s.life.Err()}
	case err != nil:
		call.err = &Error{Endpoint: call.endpoint, Reason: ReasonSecret, Detail: err.Error(), Err: err}
	case s.refused.err != nil && s.refused.credentials == credentials && s.now().Before(s.refused.until):
		call.err = s.refused.err
	default:
		s.grantsRunning.Add(1)
		return true
	}
	s.over(call)
	return false
}

// over makes room for the next grant; s.mu is held.
func (s *session) over(call *grantCall) {
	call.timer.Stop()
	if s.running == call {
		s.running = nil
	}
}

// end ends the grant under way and waits for it. None begins any more: under the lock,
// because waiting must not coincide with a beginning.
func (s *session) end() {
	s.mu.Lock()
	s.endLife()
	s.mu.Unlock()
	s.grantsRunning.Wait()
}

// finish takes over what a grant brought.
func (s *session) finish(call *grantCall, credentials Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over(call)
	if call.err != nil {
		s.failures++
		if failure, ok := errors.AsType[*Error](call.err); ok && (failure.noSession || failure.Reason == ReasonAuth) {
			waiting := *failure
			waiting.Reason, waiting.cause = ReasonAuth, failure.Reason // for as long as it is not asked again
			s.refuse(&waiting, credentials)
		}
		return
	}
	if !s.current.serves(s.now()) {
		s.number++
	}
	s.current = call.credential
	s.refused = refusal{}
	s.grants++
}

// take takes the credential out of the session; nil where there is none that serves.
func (s *session) take() *credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	credential := s.current
	s.current = nil
	if !credential.serves(s.now()) {
		return nil
	}
	return credential
}

// SessionStatus tells how a router's session stands.
type SessionStatus struct {
	Expiry     time.Time // zero where there is no token
	RefreshDue time.Time // zero where there is no token
	Grants     uint64    // since the client was made
	Failures   uint64    // grants that failed, for whatever reason
	// Number counts sessions. A token renewed before it was lost continues the session.
	Number uint64
	// Refused tells that an endpoint refused the session and no new one was granted since.
	Refused bool
	// Contended tells that sessions were lost early so often that another program probably
	// uses the same credentials.
	Contended bool
}

func (s *session) status() SessionStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := SessionStatus{
		Grants: s.grants, Failures: s.failures, Number: s.number,
		Contended: s.regrants.contended(s.now()),
	}
	if s.current != nil {
		status.Expiry, status.RefreshDue = s.current.expiry, s.current.refreshDue
		status.Refused = s.current.refused
	}
	return status
}
