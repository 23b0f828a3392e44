# make build   the three binaries in bin/
# make demo    everything, end to end, on this machine
# make test    all tests, those against a real Temporal and a real S3 too; ten minutes
# make chaos   worker, Temporal and S3 killed ten times in each run of 20,000 items, and more that goes wrong; a quarter of an hour
# make cases        executions that AWS recorded, event by event; ARGS='-run (?i)map -runtime durable'
# make definitions  state machines of others, valid and invalid
# make test-state   TestState answers that AWS recorded
# make jsonata      the JSONata suite; these four read CASES=folder
# make lint    vet, staticcheck, workflowcheck
# make fuzz    every fuzz target for ten seconds; FUZZTIME=5m for longer
# make bench        the machine alone, the three leaves and JSONata, in three minutes; docs/performance.md
# make bench-map    a million items, beside what one would write by hand; a quarter of an hour
# make dev     dev server and worker, until interrupted

GO       ?= go
BIN      := bin
TOOLS    := $(BIN)/tools
DEV      := $(abspath $(BIN)/stepwell-dev)
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -X main.version=$(VERSION)
SOURCES  := $(shell find . -name '*.go' -not -path './devserver/*' -not -path './$(BIN)/*') go.mod go.sum
DEVSOURCES := $(wildcard devserver/*.go) devserver/go.mod devserver/go.sum

.PHONY: build demo test chaos cases definitions test-state jsonata lint dev fuzz bench bench-map clean

build: $(BIN)/stepwell $(BIN)/stepwell-worker $(BIN)/stepwell-dev

$(BIN)/stepwell: $(SOURCES)
	$(GO) build -ldflags '$(LDFLAGS)' -o $@ ./starter

$(BIN)/stepwell-worker: $(SOURCES)
	$(GO) build -ldflags '$(LDFLAGS)' -o $@ ./worker

$(BIN)/stepwell-dev: $(DEVSOURCES)
	@echo 'Building the dev server (Temporal, its Web UI and an S3 server in one binary).'
	@echo 'The first time this takes 6 to 10 minutes on two cores; later it is cached.'
	cd devserver && $(GO) build -o $(DEV) .

demo: build
	@examples/orders/demo.sh

dev: build
	@examples/dev.sh

# Packages that keep servers and workers busy and watch the clock: one after the other.
ALONE := bench starter testsuite/endtoend testsuite/kill workflows
# What tests need not build, since it has just been.
BUILT := STEPWELL_DEV=$(DEV) STEPWELL_BIN=$(abspath $(BIN))

test: build
	$(BUILT) $(GO) test -p 2 $$($(GO) list ./... | grep -v $(ALONE:%=-e '/%$$')) -timeout 14m
	$(BUILT) $(GO) test -p 1 $(ALONE:%=./%) -timeout 14m
	cd devserver && $(GO) test ./... -timeout 5m

CHAOS ?= 10

chaos: build
	$(BUILT) STEPWELL_TEST_CHAOS=$(CHAOS) $(GO) test ./testsuite/kill -count 1 -v -timeout 2h

CASES ?= ../shared/cases
ARGS  ?=

# ARGS are split at blanks and read by no shell, so that a regular expression needs no second pair of quotes.
quoted = $(foreach arg,$(1),'$(arg)')

cases: $(BIN)/stepwell-dev
	@STEPWELL_DEV=$(DEV) $(GO) run ./testsuite/cases -cases '$(CASES)' $(call quoted,$(ARGS))

definitions:
	@$(GO) run ./testsuite/definitions -cases '$(CASES)' $(call quoted,$(ARGS))

test-state:
	@$(GO) run ./testsuite/teststate -cases '$(CASES)' $(call quoted,$(ARGS))

jsonata:
	@$(GO) run ./testsuite/jsonata -cases '$(CASES)' $(call quoted,$(ARGS))

# On two cores, which servers, workers and the bench share; small with BENCH_SMALL=1.
bench: build
	@$(GO) build -o $(BIN)/bench ./bench
	@$$(command -v taskset >/dev/null && echo taskset -c 0,1) $(BIN)/bench
	@$(BIN)/bench jsonata

bench-map: build
	@$(GO) build -o $(BIN)/bench ./bench
	@$$(command -v taskset >/dev/null && echo taskset -c 0,1) $(BIN)/bench map

lint: $(TOOLS)/staticcheck $(TOOLS)/workflowcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'not formatted:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(TOOLS)/staticcheck ./...
	$(TOOLS)/workflowcheck -config workflows/workflowcheck.yaml ./workflows/...
	cd devserver && $(GO) vet ./...

$(TOOLS)/staticcheck:
	GOBIN=$(abspath $(TOOLS)) $(GO) install honnef.co/go/tools/cmd/staticcheck@v0.8.2

$(TOOLS)/workflowcheck:
	GOBIN=$(abspath $(TOOLS)) $(GO) install go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0

# Go fuzzes one target at a time. What it finds stays in testdata/fuzz: commit it with the fix.
FUZZTIME ?= 10s
fuzz:
	@grep -ro --include='*_test.go' --exclude-dir=devserver '^func Fuzz[A-Za-z]*' . | sed 's|/[^/]*:func | |' | sort | while read room target; do \
		echo "$$target in $$room"; \
		$(GO) test $$room -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) || exit 1; \
	done

clean:
	rm -rf $(BIN)
