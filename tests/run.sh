#!/usr/bin/env bash
# Builds everything and runs every test; the last line counts them.
#
#     tests/run.sh [--full] [--yes]
#
#     --full    swarms of 10,000 seeds instead of 1,000, fuzzers for 60 s each instead of 10, 500
#               rounds of power cuts instead of 50, ten minutes of full load instead of ten seconds;
#               and an earlier release is built, to replicate with this one
#     --yes     installs missing packages without asking
#
# A step that fails counts as a failed test and the others still run. A word about each test that
# failed stands above the last line; everything that was said lies in build/tests/. RINGSPAN_SEEDS,
# RINGSPAN_FUZZ_SECONDS, RINGSPAN_KILL_ROUNDS and RINGSPAN_SOAK_SECONDS override the sizes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

full=
yes=
for argument in "$@"; do
  case $argument in
    --full) full=1 ;;
    --yes) yes=1 ;;
    --help | -h)
      sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *)
      echo "tests/run.sh: no option $argument; see --help" >&2
      exit 2
      ;;
  esac
done

seeds=${RINGSPAN_SEEDS:-$([[ -n $full ]] && echo 10000 || echo 1000)}
slow_seeds=${RINGSPAN_SEEDS:-200} # under sanitizers
kill_rounds=${RINGSPAN_KILL_ROUNDS:-$([[ -n $full ]] && echo 500 || echo 50)}
slow_kill_rounds=${RINGSPAN_KILL_ROUNDS:-$([[ -n $full ]] && echo 50 || echo 10)}
soak_seconds=${RINGSPAN_SOAK_SECONDS:-$([[ -n $full ]] && echo 600 || echo 10)}
fuzz_seconds=${RINGSPAN_FUZZ_SECONDS:-$([[ -n $full ]] && echo 60 || echo 10)}
test_seconds=$([[ -n $full ]] && echo 7200 || echo 900)
export RINGSPAN_BROWSER_TESTS=1 # a missing browser is a failure here
export RINGSPAN_ETCD_TESTS=1    # and so is a missing etcd
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

out=build/tests # logs, results and the words about failures
rm -rf "$out"
mkdir -p "$out"
: >"$out/failures"
passed=0
failed=0

# heading TITLE, then conclude GOOD|BAD and how long it took.
heading() {
  title=$1
  since=$SECONDS
  printf '\n=== %s\n' "$title"
}
took() { printf -- '--- %s: %s (%d:%02d)\n' "$title" "$1" $(((SECONDS - since) / 60)) $(((SECONDS - since) % 60)); }

# note NAME LOG: what is shown of a failed step at the end.
note() {
  {
    printf '\n--- FAILED: %s (whole story: %s)\n' "$1" "$2"
    # A compiler's first error says more than its last lines.
    grep -n -m 5 -E '(error|ERROR|FAILED)[: ]' "$2" || true
    tail -n 40 "$2"
  } >>"$out/failures"
}

# step TITLE LOG COMMAND...: one test by itself.
step() {
  local log=$out/$2.log
  heading "$1"
  shift 2
  if "$@" </dev/null >"$log" 2>&1; then
    passed=$((passed + 1))
    tail -n 1 "$log"
    took passed
  else
    failed=$((failed + 1))
    note "$title" "$log"
    tail -n 20 "$log"
    took FAILED
    return 1
  fi
}

# A build is no test, but one that fails counts as one.
build() { # TITLE LOG COMMAND...
  local log=$out/$2.log
  heading "$1"
  shift 2
  if "$@" </dev/null 2>&1 | tee "$log" | progress; then
    took built
  else
    failed=$((failed + 1))
    note "$title" "$log"
    took FAILED
    return 1
  fi
}

# A terminal sees every line of the build, a log every fiftieth step and what is not a step.
progress() {
  if [[ -t 1 ]]; then cat; else awk '!/^\[[0-9]+\/[0-9]+\]/ || ++n % 50 == 0 { print; fflush() }'; fi
}

configure_and_build() { # PRESET TARGET...
  local preset=$1
  shift
  # Keeps going, so that one broken file costs only the tests that need it.
  cmake --preset "$preset" && cmake --build --preset "$preset" --target "$@" -- -k 0
}

# suite TITLE PRESET SEEDS KILL_ROUNDS SOAK_SECONDS: every test that CMake knows but the checks, which ran by themselves.
suite() {
  local preset=$2 results=$out/$2.xml log=$out/$2-tests.log counts good bad
  heading "$1"
  RINGSPAN_SEEDS=$3 RINGSPAN_KILL_ROUNDS=$4 RINGSPAN_SOAK_SECONDS=$5 \
    ctest --preset "$preset" -LE '^(checks|bench)$' -j "$(nproc)" \
    --timeout "$test_seconds" --no-tests=error --output-junit "$PWD/$results" </dev/null 2>&1 |
    tee "$log" | { if [[ -t 1 ]]; then cat; else grep -E 'tests passed|\*\*\*|No tests' || true; fi; } || true
  counts=$(python3 tests/tally.py "$results" "$preset" "$out/failures") || counts="0 1"
  read -r good bad <<<"$counts"
  passed=$((passed + good))
  failed=$((failed + bad))
  [[ -s $results ]] || note "$title" "$log"
  took "$good passed, $bad failed"
}

# Each fuzzer is a test: seeds from tests/fuzz/corpus/NAME, then chance. One that is called a canary
# has a planted bug that must be found.
fuzz() {
  local fuzzer name corpus
  while IFS= read -r fuzzer; do
    name=$(basename "$fuzzer")
    corpus=$out/corpus/$name
    mkdir -p "$corpus" "$out/crashes"
    local -a command=("$fuzzer" "-max_total_time=$fuzz_seconds" -timeout=10 -rss_limit_mb=2048
      "-artifact_prefix=$out/crashes/$name-" "$corpus")
    [[ ! -d tests/fuzz/corpus/$name ]] || command+=("tests/fuzz/corpus/$name")
    if [[ $name == *canary* ]]; then
      step "Fuzzer $name must find its bug" "$name" finds_its_bug "${command[@]}" || true
    else
      step "Fuzzer $name, $fuzz_seconds s" "$name" "${command[@]}" || true
    fi
  done < <(find build/fuzz/tests/fuzz -maxdepth 1 -type f -executable | sort)
}
finds_its_bug() { if "$@"; then false; fi; }

finish() {
  if ((failed > 0)); then cat "$out/failures"; fi
  printf '\n%d min in all.\n%d passed, %d failed\n' $((SECONDS / 60)) "$passed" "$failed"
  ((failed == 0))
}

heading "Packages"
if ! packages/install.sh ${yes:+--yes} packages/build packages/page packages/test; then
  failed=1
  printf '\n--- FAILED: packages; nothing can be built without them\n' >>"$out/failures"
  finish
  exit 1
fi
took there

step "Format" format tests/checks/format.sh || true
step "Floors: who includes whom" floors python3 tests/checks/floors_test.py || true
step "Machine words: no paths, no sleeps, no lost tasks" words python3 tests/checks/machine_words_test.py || true
step "Sample people" people samples/make-people.py --check || true
step "Sample branch offices" branch-offices samples/make-branch-offices.py --check || true
step "Every header compiles alone" headers configure_and_build release headers || true

build "Build: release" release-build configure_and_build release all || true
if [[ -n $full ]] && build "Build: an earlier release" earlier-build tests/earlier-release.sh; then
  RINGSPAN_EARLIER=$(tail -n 1 "$out/earlier-build.log")
  export RINGSPAN_EARLIER
fi
suite "Tests: release, $seeds seeds" release "$seeds" "$kill_rounds" "$soak_seconds"
build "Build: with address and undefined-behaviour sanitizers" check-build configure_and_build check all || true
suite "Tests: under sanitizers, $slow_seeds seeds" check "$slow_seeds" "$slow_kill_rounds" 10

if [[ -e tests/fuzz/CMakeLists.txt ]]; then
  if build "Build: fuzzers" fuzz-build configure_and_build fuzz tests/fuzz/all; then fuzz; fi
fi

finish
