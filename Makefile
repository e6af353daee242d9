# Neuropil: make demo · make test · make bench · make docs · make format · make install · make tensors
SHELL := /bin/bash
PREFIX ?= /usr/local
SCALE ?= quick
# Optimisation for this machine and the libraries' places stay out of Package.swift: the script passes them.
SWIFT := Scripts/swift

.PHONY: deps tensors build demo test bench docs format lint install clean

deps:
	@Scripts/bootstrap

# LibTorch again after NEUROPIL_TENSORS=no or a failed download.
tensors:
	@NEUROPIL_TENSORS=yes Scripts/bootstrap
	@[ -s .deps/libtorch/stamp ]
	@NEUROPIL_TENSORS=yes $(SWIFT) build --product neuropil

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

docs: build
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
	@for library in .build/release/libTorchBridge.so .build/release/libTorchBridge.dylib; do \
	  [ ! -e $$library ] || install -D -m 644 $$library $(DESTDIR)$(PREFIX)/lib/neuropil/$$(basename $$library) || exit 1; \
	done
	@install -D -m 644 .deps/openblas/LICENSE.txt $(DESTDIR)$(PREFIX)/share/neuropil/licences/OpenBLAS.txt
	@install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/neuropil/licences/Neuropil.txt
	@[ ! -e .deps/libtorch/LICENSE.txt ] || install -D -m 644 .deps/libtorch/LICENSE.txt $(DESTDIR)$(PREFIX)/share/neuropil/licences/LibTorch.txt
	@install -D -m 644 .deps/plotly/plotly.min.js $(DESTDIR)$(PREFIX)/share/neuropil/plotly.min.js

clean:
	@rm -rf .build demo docs/site
