#!/bin/sh
# Runs every fuzzer in a folder for some seconds each, from a copy of its corpus:
#   scripts/run_fuzzers.sh build/fuzz/fuzz 20 [SEED]
# With a seed other than 0, the same inputs in the same order every time.
set -eu
folder=$1
seconds=$2
seed=${3:-0}
repository=$(cd "$(dirname "$0")/.." && pwd)
cd "$folder"

failed=
found=
# By source: the folder may still hold the program of a fuzzer that is no more.
for source in "$repository"/fuzz/*_fuzzer.cpp; do
  [ -f "$source" ] || continue
  found=yes
  name=$(basename "$source" _fuzzer.cpp)
  echo "== $name, $seconds s"
  # What earlier runs of other seeds have found stays out of a run that shall be repeatable.
  [ "$seed" = 0 ] || rm -rf "corpus/$name"
  mkdir -p "corpus/$name"
  if [ -d "$repository/fuzz/corpus/$name" ]; then
    cp -R "$repository/fuzz/corpus/$name/." "corpus/$name/"
  fi
  # No input of a fuzzer holds as much as 2 GB, so no reader may ask for it.
  # Damaged HDF5 can send its library round in circles, and the program stops it after 10 s: an input that is
  # opened several times may need several of them.
  longest=10
  [ "$name" = hdf5 ] && longest=60
  # What crashed is kept beside the fuzzer, to be run again by naming it as the argument.
  "./${name}_fuzzer" -max_total_time="$seconds" -seed="$seed" -timeout="$longest" -rss_limit_mb=2048 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="$name-" "corpus/$name" </dev/null ||
    failed="$failed $name"
done

if [ -z "$found" ]; then
  echo "no fuzzers in fuzz/" >&2
  exit 1
fi
if [ -n "$failed" ]; then
  echo "failed:$failed (inputs are in $folder)" >&2
  exit 1
fi
