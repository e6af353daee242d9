# Neuropil: make demo · make test · make bench · make docs · make format · make install
SHELL := /bin/bash
PREFIX ?= /usr/local
SCALE ?= quick
# Optimisation for this machine and the libraries' places stay out of Package.swift: the script passes them.
SWIFT := Scripts/swift

.PHONY: deps build demo test bench docs format lint install clean

deps:
	@Scripts/bootstrap

build: deps
	@$(SWIFT) build --product neuropil

demo: build
	@.build/release/neuropil reproduce --scale $(SCALE) --out demo
	@echo "The report is demo/report.html: open it in a browser."

test:
	@Scripts/bootstrap tests
	@$(SWIFT) test --disable-xctest

bench: deps
	@Scripts/peers
	@$(SWIFT) build --product benchmarks
	@.build/release/benchmarks $(ONLY)

docs: deps
	@Scripts/docs

format:
	@swift format -i -r Package.swift Sources Tests Benchmarks

lint:
	@swift format lint --strict -r Package.swift Sources Tests Benchmarks

install: build
	@install -D -m 755 .build/release/neuropil $(DESTDIR)$(PREFIX)/bin/neuropil
	@for library in .deps/*/lib/*.so* .deps/*/lib/*.dylib; do \
	  [ ! -e $$library ] || install -D -m 644 $$library $(DESTDIR)$(PREFIX)/lib/neuropil/$$(basename $$library) || exit 1; \
	done
	@install -D -m 644 .deps/openblas/LICENSE.txt $(DESTDIR)$(PREFIX)/share/neuropil/licences/OpenBLAS.txt
	@install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/neuropil/licences/Neuropil.txt
	@install -D -m 644 .deps/plotly/plotly.min.js $(DESTDIR)$(PREFIX)/share/neuropil/plotly.min.js

clean:
	@rm -rf .build demo docs/site
