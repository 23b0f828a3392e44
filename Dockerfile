# The worker and the command, each a static binary, on a small base.
#
#   docker build -t stepwell .
#   docker run stepwell                      the worker
#   docker run --entrypoint stepwell stepwell --help

FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=container
ENV CGO_ENABLED=0
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/stepwell-worker ./worker && \
    go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/stepwell ./starter

# Alpine has the certificates of public authorities, and wget for health checks.
FROM alpine:3.22
RUN addgroup -g 10001 stepwell && adduser -u 10001 -G stepwell -D -H stepwell
COPY --from=build /out/stepwell-worker /out/stepwell /usr/local/bin/
USER 10001:10001
ENV STEPWELL_METRICS_LISTEN=:9464
EXPOSE 9464
# The worker drains on SIGTERM; whoever stops it should give it more time than
# STEPWELL_STOP_TIMEOUT (30s) and 5s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["stepwell-worker"]
