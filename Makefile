# jiyao. `make demo` shows it, `make test` proves it; docs/testing.md says what runs where and for how long.
.DEFAULT_GOAL := test
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: demo test check lint bench fuzz screens gen release soak build tests

# The product is built and tested without cgo; only the race detector needs it.
export CGO_ENABLED := 0
TOOL := go tool -modfile=tools/go.mod
# Lint only part of the tree with: make lint ONLY=./internal/store/...
ONLY ?= ./...

# Packages that start goroutines or share memory under locks: their tests run with the race detector (the others
# run without: it makes the SQLite code several times slower). archtest holds this list to the code.
RACE := internal/calendar internal/identity internal/keyring internal/ledger internal/notify internal/obligation \
	internal/paper internal/regulation internal/search internal/store internal/vault internal/web
race := $(foreach d,$(RACE),$(if $(wildcard $(d)),./$(d)/...))
# Evaluated only where used: every package that is not under one of the above.
plain = $(shell go list ./... | grep -vE '^jiyao/($(subst $(eval ) ,|,$(strip $(RACE))))(/|$$)')
rapid = $(sort $(dir $(shell git grep -l --untracked pgregory.net/rapid -- '*_test.go')))

demo: ## Build, fill a model office and serve it on loopback; PACK=bureau|district|county|school|company for one alone.
	scripts/setup run
	$(MAKE) --no-print-directory build
	bin/jiyao demo $(if $(PACK),--pack $(PACK)) $(DEMO)

build:
	go build -trimpath -ldflags "$$(scripts/version)" -o bin/ ./cmd/...

gen: ## Write all generated files again (they are committed).
	$(TOOL) templ generate -log-level warn
	go generate ./...

lint: ## golangci-lint with the list of .golangci.yml.
	$(TOOL) golangci-lint run $(ONLY)

check: ## All that needs neither database nor browser: generated files, vet, lint, the shape of the house.
	scripts/generated-check
	go vet ./...
	$(MAKE) --no-print-directory lint
	go test ./archtest/...

test: ## Everything a change must pass; installs what is missing.
	scripts/setup test
	$(MAKE) --no-print-directory check build
	scripts/with-postgres $(MAKE) --no-print-directory tests

# The tests themselves, once each, beside a running PostgreSQL.
tests:
	scripts/coverage --check
	go test -timeout 20m $(plain)
	$(if $(race),CGO_ENABLED=1 go test -race -timeout 20m $(race))

bench: ## The figures of speed and size, one line each: name value goal.
	scripts/setup test
	scripts/with-postgres go run ./bench

SCREENS ?= Screens
screens: ## Write the pictures of every page to docs/screens.
	scripts/setup test
	JIYAO_SCREENS=write go test -count=1 -timeout 20m -run '$(SCREENS)' ./e2e/...

FUZZTIME ?= 30s
fuzz: ## Every fuzz target for FUZZTIME each.
	scripts/fuzz $(FUZZTIME)

SOAK ?= 5000
soak: ## The long runs: soak-tagged tests, properties SOAK cases deep, race over all.
	scripts/setup test
	scripts/with-postgres go test -tags soak -run Soak -count=1 -timeout 120m ./...
	$(if $(rapid),scripts/with-postgres go test -count=1 -timeout 120m $(addprefix ./,$(rapid)) -rapid.checks=$(SOAK))
	CGO_ENABLED=1 scripts/with-postgres go test -race -count=1 -timeout 120m ./...

release: ## Static binaries for all targets into dist/, with their sizes.
	scripts/release
