#!/usr/bin/env bash
# Builds the program as it was when databases had no marks and no horizons, for
# tests/process/upgrade_test.py; its path is the last line.
#
#     tests/earlier-release.sh
#
# It comes from the history of this repository; a clone without it (git clone --depth) has to fetch it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

commit=f8806fce6b66046d20b041a147e7b5ec23b1a2b2
source=build/earlier/source
if ! git cat-file -e "$commit^{commit}" 2>/dev/null; then
  echo "tests/earlier-release.sh: this clone has no commit $commit; git fetch --unshallow brings it" >&2
  exit 1
fi
if [[ ! -e $source/CMakeLists.txt ]]; then
  mkdir -p "$source"
  git archive "$commit" | tar -x -C "$source"
fi
cmake -S "$source" -B build/earlier/build -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_CXX_FLAGS_RELEASE=-O1 -DRINGSPAN_TESTS=OFF -DRINGSPAN_PAGE=OFF
cmake --build build/earlier/build --target ringspan
echo "$PWD/build/earlier/build/cli/ringspan"
