#!/bin/sh
# Runs every fuzzer in a folder for some seconds each, from a copy of its corpus:
#   scripts/run_fuzzers.sh build/fuzz/fuzz 20
set -eu
folder=$1
seconds=$2
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
  mkdir -p "corpus/$name"
  if [ -d "$repository/fuzz/corpus/$name" ]; then
    cp -R "$repository/fuzz/corpus/$name/." "corpus/$name/"
  fi
  # No input of a fuzzer holds as much as 2 GB, so no reader may ask for it.
  # What crashed is kept beside the fuzzer, to be run again by naming it as the argument.
  "./${name}_fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
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
