# Two ways to the same image:
#
#   docker build -t peplink_exporter --build-arg VERSION=1.2.3 .
#       builds the program in a Go image, whose CA certificates come along.
#
#   make build && docker build -t peplink_exporter --target prebuilt .
#       packs the program that stands here and pulls no image at all. For another processor:
#       `make build GOOS=linux GOARCH=arm64`, and --platform linux/arm64. It holds no CA certificates: mount
#       /etc/ssl/certs if the certificate of a router was issued by a CA that the system should know.
#
# Besides, `--target simulator` gives a simulated router, for deploy/compose.yml.
#
# The configuration is expected at /etc/peplink_exporter/peplink_exporter.yml, its secrets beside it.

ARG GO_IMAGE=docker.io/library/golang:1.26

FROM scratch AS runtime
COPY LICENSE THIRD-PARTY-LICENSES /
# The default of --config.file is relative.
WORKDIR /etc/peplink_exporter
# By number, as an image without /etc/passwd knows no names.
USER 65534:65534
EXPOSE 10717
ENTRYPOINT ["/bin/peplink_exporter"]
# Asks http://127.0.0.1:10717. Where that port is another or needs TLS or a password, say so, as in a compose file:
# healthcheck: {test: [CMD, /bin/peplink_exporter, health, "http://127.0.0.1:8080"]}, with --web.health-listen-address=:8080.
# (`docker run --health-cmd` needs a shell, which this image lacks.)
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["/bin/peplink_exporter", "health"]

FROM runtime AS prebuilt
COPY peplink_exporter /bin/peplink_exporter

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=0.0.0-dev
ARG REVISION=unknown
ARG BRANCH=unknown
ARG BUILDDATE=unknown
RUN make build VERSION="$VERSION" REVISION="$REVISION" BRANCH="$BRANCH" BUILDDATE="$BUILDDATE"

FROM build AS build-simulator
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o simulator ./demo/simulator

FROM scratch AS simulator
COPY LICENSE THIRD-PARTY-LICENSES /
USER 65534:65534
COPY --from=build-simulator /src/simulator /bin/simulator
ENTRYPOINT ["/bin/simulator"]

FROM runtime
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/peplink_exporter /bin/peplink_exporter
