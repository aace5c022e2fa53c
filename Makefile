# Short words for the CMake presets; `make` alone lists them.
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 20
FUZZ_SEED ?= 0

program := build/release/apps/nanobragg/nanobragg
demo := build/demo
DEMO ?= thaumatin/still.toml
image := $(firstword $(subst /, ,$(DEMO)))
sources := $(shell find src apps python tests fuzz bench -name '*.cpp')
headers := $(shell find src apps python tests fuzz bench -name '*.hpp')

.PHONY: help demo test clang browser clients cluster python wheel check bench fuzz package clean release format tidy sanitize

help:
	@echo 'make demo     build, then render a still as a detector records it into $(demo); DEMO=lysozyme/experiment.toml: an ideal one'
	@echo 'make test     build, then run the tests (labels fast, golden, field, compose and docs)'
	@echo 'make clang    see that clang takes the sources of the library and the program (part of make test)'
	@echo 'make clients  install the programs that read our files (2 GB), build, then run the tests with them'
	@echo 'make cluster  install Slurm, build, then run job scripts on two nodes of it on this machine (as root)'
	@echo 'make browser  install Chromium, build, then run the tests of the page of the viewer in it'
	@echo 'make python   build the Python module in build/python/python, then run its tests'
	@echo 'make wheel    make a wheel in build/wheel that installs in seconds on machines with as new a glibc'
	@echo 'make check    make test, then format, clang-tidy, and the fast tests under sanitizers'
	@echo 'make bench    build and run the benchmarks; REFERENCE=/path/to/nanoBragg compares with it'
	@echo 'make fuzz     build the fuzzers and run each for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make package  make the Debian package in build/package'
	@echo 'make clean    remove build'
	@echo 'What is missing is installed by apt. JOBS=$(JOBS) compilers and tests run at once.'

packages-%:
	@scripts/install_packages.sh $(subst -, ,$*)

# The release preset configures the tests too, so it needs their packages.
release: packages-build-test
	cmake --preset release

demo: release
	cmake --build build/release -j $(JOBS) --target nanobragg
	mkdir -p $(demo)
	cd $(demo) && $(CURDIR)/$(program) -config $(CURDIR)/examples/$(DEMO) \
	  -out $(image).bin -out $(image)_0001.cbf -out $(image).expt -pngfile $(image).png
	@echo 'float image, counts for DIALS and others, the truth, and a preview:'
	@ls -l $(addprefix $(CURDIR)/$(demo)/$(image),.bin _0001.cbf .expt .png)

test: release clang
	cmake --build build/release -j $(JOBS)
	ctest --preset release -L 'fast|golden|field|compose|docs' -j $(JOBS)

# About two minutes of one processor the first time, then what has changed.
clang: packages-clang release
	scripts/check_clang.py build/release src apps fuzz --jobs $(JOBS)

clients: packages-build-test-clients release
	cmake --build build/release -j $(JOBS)
	ctest --preset release -L clients

cluster: packages-build-test-cluster release
	cmake --build build/release -j $(JOBS)
	ctest --preset release -L cluster

# The viewer in Chromium.
browser: packages-build-test-browser release
	cmake --build build/release -j $(JOBS) --target nanobragg
	ctest --preset release -L browser

python: packages-build-python
	cmake --preset python
	cmake --build build/python -j $(JOBS) --target nanobragg_python nanobragg
	/usr/bin/python3 -B python/tests/run_tests.py build/python

# A wheel for other machines: the libraries that it needs are in it. It is tried beside nothing but numpy.
wheel: packages-build-python-wheel
	rm -rf build/wheel
	/usr/bin/python3 -m venv --system-site-packages build/wheel/tools
	CMAKE_BUILD_PARALLEL_LEVEL=$(JOBS) build/wheel/tools/bin/pip wheel -q --no-build-isolation --no-deps \
	  -w build/wheel/plain .
	/usr/bin/python3 scripts/bundle_wheel.py build/wheel/plain/*.whl build/wheel
	/usr/bin/python3 -m venv build/wheel/clean
	build/wheel/clean/bin/pip install -q --no-index --no-deps build/wheel/*.whl
	cd build/wheel && PYTHONPATH=/usr/lib/python3/dist-packages clean/bin/python -c 'import nanobragg; \
	  flags = "-cell 78 78 38 90 90 90 -default_F 100 -N 10 -lambda 1 -distance 200 -detpixels 64"; \
	  print(nanobragg.simulate(nanobragg.Experiment.from_flags(flags.split())).sum(), "photons")'

check: packages-check test format tidy sanitize

format: packages-check
	clang-format --dry-run -Werror $(sources) $(headers)

sanitize: packages-build-test
	cmake --preset sanitize
	cmake --build build/sanitize -j $(JOBS)
	ctest --preset sanitize -L fast -j $(JOBS)

# A source is looked at again when it, a header or the configuration has changed. The bindings are left
# out: their packages are large.
tidy: packages-check-fuzz-bench release
	cmake --preset fuzz >build/fuzz.log || { cat build/fuzz.log; exit 1; }
	cmake --preset bench >build/bench.log || { cat build/bench.log; exit 1; }
	+$(MAKE) --no-print-directory -k -j $(JOBS) $(patsubst %.cpp,build/tidy/%.ok,$(filter-out python/%,$(sources)))

build/tidy/%.ok: %.cpp $(headers) .clang-tidy
	clang-tidy --quiet -p build/$(if $(filter fuzz bench,$(firstword $(subst /, ,$*))),$(firstword \
	  $(subst /, ,$*)),release) $<
	@mkdir -p $(@D) && touch $@

bench: packages-build-bench
	cmake --preset bench
	cmake --build build/bench -j $(JOBS)
	for bench in $(basename $(notdir $(wildcard bench/*_bench.cpp))); do \
	  build/bench/bench/$$bench || exit 1; done
	scripts/bench.py build/bench/apps/nanobragg/nanobragg $(if $(REFERENCE),--reference $(REFERENCE))

fuzz: packages-build-fuzz
	cmake --preset fuzz
	cmake --build build/fuzz -j $(JOBS)
	scripts/run_fuzzers.sh build/fuzz/fuzz $(FUZZ_SECONDS) $(FUZZ_SEED)

package: packages-package release
	cmake --build build/release -j $(JOBS) --target nanobragg
	cpack --config build/release/CPackConfig.cmake -B build/package

clean:
	rm -rf build
