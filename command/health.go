package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultExporter is where an exporter listens unless told otherwise.
const DefaultExporter = "http://127.0.0.1:10717"

// healthTimeout is how long an exporter may take. It answers without asking anyone.
const healthTimeout = 3 * time.Second

// Health asks an exporter whether it is alive; an error tells why it is not. address is
// the exporter's URL with the prefix of its routes, or that of one of its health paths.
// It is for the health check of a container that holds no other program.
func Health(ctx context.Context, address string) error {
	target, err := healthURL(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true}, // and no proxy, which would lead elsewhere
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		if reason, ok := errors.AsType[*url.Error](err); ok {
			err = reason.Err // without the URL, which the caller knows and which may hold a password
		}
		return fmt.Errorf("%s: %w", target.Redacted(), err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", target.Redacted(), response.Status)
	}
	return nil
}

// healthURL completes the URL of an exporter.
func healthURL(address string) (*url.URL, error) {
	target, err := url.Parse(address)
	if err != nil || target.Hostname() == "" || (target.Scheme != "http" && target.Scheme != "https") {
		return nil, fmt.Errorf("not the URL of an exporter, like %s", DefaultExporter)
	}
	for _, path := range []string{"/-/healthy", "/-/ready"} {
		if strings.HasSuffix(target.Path, path) {
			return target, nil
		}
	}
	return target.JoinPath("-", "healthy"), nil
}
