# What is done with this repository. `make` alone lists it.
#
# build and test need Go and git only. lint builds its linter from the Go module in tools/ and keeps it in .bin/.

.DEFAULT_GOAL := help
.PHONY: help build test queries test-race lint fmt golden licenses cover demo e2e rules mutants deployments release release-check fuzz nightly clean

# The exporter is one static file: no C library, the pure Go resolver. Tests run the same way.
export CGO_ENABLED ?= 0

# Read only when something is built, and without complaint in a clone without tags, commits or .git.
# `make build VERSION=1.2.3` overrides. The date is the commit's, so that the same commit gives the same file.
VERSION   ?= $(or $(patsubst v%,%,$(shell git describe --tags --match 'v*' --dirty 2>/dev/null)),0.0.0-dev)
REVISION  ?= $(or $(shell git rev-parse --verify --quiet HEAD 2>/dev/null),unknown)
BRANCH    ?= $(or $(shell git symbolic-ref --short --quiet HEAD 2>/dev/null),unknown)
BUILDDATE ?= $(or $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d-%H:%M:%S 2>/dev/null),unknown)

STAMP   = github.com/prometheus/common/version
LDFLAGS = -s -w -X $(STAMP).Version=$(VERSION) -X $(STAMP).Revision=$(REVISION) -X $(STAMP).Branch=$(BRANCH) -X $(STAMP).BuildDate=$(BUILDDATE)

# Inputs for each fuzz target. A count and not a duration: Go 1.26 may report the end of a duration as a
# failure (go.dev/issue/75804).
FUZZTIME ?= 20000x

GORELEASER = github.com/goreleaser/goreleaser/v2@v2.15.1
CYCLONEDX  = github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

build: ## ./peplink_exporter
	go build -trimpath -ldflags '$(LDFLAGS)' -o peplink_exporter .

# test/queries is a module of its own. It reads files outside of it, which Go's cache does not look at.
test: ## unit tests, golden tests, the simulator's own, and how the dashboards are laid out
	go test ./...
	cd test/queries && go test -count=1 -tags withoutprometheus .

test-race: ## the same under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./...

queries: ## every query of dashboards, rules and documents, parsed by Prometheus and held against the metrics
	cd test/queries && go test -count=1 ./...

lint: .bin/golangci-lint ## golangci-lint, with the import directions, in every module
	.bin/golangci-lint run
	cd test/queries && ../../.bin/golangci-lint run --build-tags promtool
	cd test/deployments && ../../.bin/golangci-lint run --build-tags deployments,release

fmt: .bin/golangci-lint ## format all Go files (gofumpt)
	.bin/golangci-lint fmt

golden: ## write the golden files and METRICS.md anew: read the diff before you commit it
	go test ./fleet ./collector -run 'TestGolden|TestMetricsDocument' -update

licenses: ## THIRD-PARTY-LICENSES anew, after a dependency has changed
	deploy/package/licenses.sh > THIRD-PARTY-LICENSES

cover: ## coverage of each function, and .bin/cover.html
	@mkdir -p .bin
	go test -coverpkg=./... -coverprofile=.bin/cover.out ./...
	@go tool cover -html=.bin/cover.out -o .bin/cover.html
	@go tool cover -func=.bin/cover.out

# A built program and not `go run`, which would not hand a SIGTERM on to it. Both are built by one command, side by side.
demo: ## simulated routers and an exporter on http://127.0.0.1:10717, until Ctrl-C
	@mkdir -p .bin
	go build -trimpath -ldflags '$(LDFLAGS)' -o .bin/ . ./demo
	@exec .bin/demo --exporter .bin/peplink_exporter --listen 127.0.0.1:10717

e2e: ## the exporter under a real Prometheus and Alertmanager (needs both in PATH, promtool and amtool too)
	go test -tags e2e -count=1 -timeout 40m ./test/e2e

rules: ## the alert rules: promtool's checks and tests, and a sample of mutants (needs promtool in PATH)
	cd test/queries && go test -tags promtool -count=1 -timeout 40m -v \
		-run '^(TestRules|TestPromtoolIsUnderstood|TestTrial|TestMutants)$$' ./mutants -mutants.sample=40 -mutants.seed=$(REVISION)

mutants: ## every mutant of the alert rules (needs promtool in PATH)
	cd test/queries && go test -tags promtool -count=1 -timeout 120m -v -run '^TestMutants$$' ./mutants

deployments: ## chart, compose file, units, packages and image (as root; needs systemd-container, buildah, rpm, curl)
	cd test/deployments && go test -tags deployments -count=1 -timeout 40m

release: .bin/goreleaser .bin/cyclonedx-gomod ## archives, packages, SBOMs and checksums in dist/, published nowhere
	PATH="$(CURDIR)/.bin:$$PATH" goreleaser release --clean --skip=publish,announce

release-check: .bin/goreleaser .bin/cyclonedx-gomod ## a release made twice is the same, and images are built from source
	cd test/deployments && PATH="$(CURDIR)/.bin:$$PATH" go test -tags deployments,release -count=1 -timeout 40m -v \
		-run '^(TestReleaseIsReproducible|TestImagesFromSource)$$'

fuzz: ## every fuzz target for FUZZTIME inputs
	@found=$$(go test -list '^Fuzz' ./...) || exit 1; \
	targets=$$(printf '%s\n' "$$found" | awk '/^Fuzz/ {name[n++] = $$1} /^ok/ {while (n) print $$2, name[--n]}'); \
	test -n "$$targets" || { echo 'no fuzz target found' >&2; exit 1; }; \
	printf '%s\n' "$$targets" | while read -r package target; do \
		echo "$$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x "$$package" || exit 1; \
	done

nightly: ## what takes too long for every change: race detector, shuffled repetitions, long fuzz, end to end
	CGO_ENABLED=1 go test -race -shuffle=on -count=5 ./...
	$(MAKE) fuzz FUZZTIME=2000000x
	$(MAKE) e2e
	$(MAKE) mutants
	$(MAKE) deployments
	$(MAKE) release-check

clean: ## remove what was made
	rm -rf .bin dist peplink_exporter

# What makes releases is built where it is needed: it is heavy, and no change needs it.
.bin/goreleaser: Makefile
	GOBIN=$(CURDIR)/.bin go install -trimpath $(GORELEASER)

.bin/cyclonedx-gomod: Makefile
	GOBIN=$(CURDIR)/.bin go install -trimpath $(CYCLONEDX)

# golangci-lint is built here rather than fetched, at the version that tools/go.mod names.
.bin/golangci-lint: tools/go.mod tools/go.sum
	cd tools && go build -trimpath -o ../.bin/ tool
	@touch $@
