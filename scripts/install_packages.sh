#!/bin/sh
# Installs the Debian packages that the named sections need, where any is missing:
#   scripts/install_packages.sh build test
set -eu

packages_of() {
  case "$1" in
    build) echo g++ make git cmake ninja-build \
      libfmt-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libhwy-dev libtbb-dev libpng-dev \
      libtiff-dev libhdf5-dev \
      libceres-dev libeigen3-dev gemmi-dev tao-pegtl-dev libstb-dev zlib1g-dev libbz2-dev \
      liblzma-dev libxrl-dev libmsgpack-cxx-dev libcpp-httplib-dev libssl-dev libbrotli-dev pkg-config libopenmpi-dev ;;
    test) echo libgtest-dev libgmock-dev librapidcheck-dev python3 bitshuffle openmpi-bin ;;
    check) echo clang-format clang-tidy ;;
    clang) echo clang ;;
    fuzz) echo clang libclang-rt-14-dev ;;
    bench) echo libbenchmark-dev ;;
    clients) echo dials python3-fabio python3-pyfai cbflib-bin hdf5-tools python3-h5py python3-hdf5plugin python3-silx python3-pil \
      gemmi python3-gemmi openbabel libpdb-redo-dev libcifpp-dev ;;
    python) echo python3-dev python3-numpy pybind11-dev python3-skbuild python3-wheel python3-venv \
      python3-torch python3-pytest python3-matplotlib mypy ;;
    browser) echo chromium chromium-driver python3-selenium ;;
    wheel) echo patchelf ;;
    package) echo dpkg-dev file ;;
    cluster) echo slurm-wlm munge openmpi-bin ;;
    *)
      echo "unknown section '$1' (build, test, check, clang, fuzz, bench, clients, browser, cluster, python, wheel or package)" >&2
      return 2
      ;;
  esac
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

wanted=
for section in "$@"; do
  packages=$(packages_of "$section")
  wanted="$wanted $packages"
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "not a Debian system: this build needs the equivalents of$wanted" >&2
  exit 0
fi

missing=
for package in $wanted; do
  is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
  as_root=sudo
else
  echo "cannot install$missing (neither root nor sudo): ask an administrator to run" >&2
  echo "  apt-get install --no-install-recommends$missing" >&2
  exit 1
fi

echo "installing$missing"
$as_root apt-get update -q </dev/null
# shellcheck disable=SC2086  # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends $missing </dev/null
