# Neuropil: make demo · make test · make bench · make docs · make format · make install
SHELL := /bin/bash
PREFIX ?= /usr/local
SCALE ?= quick
# Optimisation for this machine makes Swift's own loops vectorise as C's do; it stays out of Package.swift.
NATIVE := $(if $(filter arm64 aarch64,$(shell uname -m)),-Xcc -mcpu=native,-Xcc -march=native)
SWIFT_FLAGS := -c release $(NATIVE) $(if $(CI),-Xswiftc -warnings-as-errors)

.PHONY: deps build demo test bench docs format lint install clean

deps:
	@Scripts/bootstrap

build: deps
	@swift build $(SWIFT_FLAGS) --product neuropil

demo: build
	@.build/release/neuropil reproduce --scale $(SCALE) --out demo
	@echo "The report is demo/report.html: open it in a browser."

test: deps
	@swift test $(SWIFT_FLAGS) --disable-xctest

bench: deps
	@Scripts/peers
	@swift build $(SWIFT_FLAGS) --product benchmarks
	@.build/release/benchmarks $(ONLY)

docs: deps
	@Scripts/docs

format:
	@swift format -i -r Package.swift Sources Tests Benchmarks

lint:
	@swift format lint --strict -r Package.swift Sources Tests Benchmarks

install: build
	@install -D -m 755 .build/release/neuropil $(DESTDIR)$(PREFIX)/bin/neuropil
	@install -D -m 644 .deps/plotly/plotly.min.js $(DESTDIR)$(PREFIX)/share/neuropil/plotly.min.js

clean:
	@rm -rf .build demo docs/site
