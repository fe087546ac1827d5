#!/usr/bin/env bash
# Writes docs/commands.md out of the program's own help.
#
#     docs/make-commands.sh [--check] [PROGRAM]     PROGRAM: build/release/cli/ringspan
#
# --check writes nothing and fails if the page is not what the help says now.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

page=docs/commands.md
check=
if [[ ${1-} == --check ]]; then
  check=1
  shift
fi
program=${1-build/release/cli/ringspan}

help_of() { printf '\n```text\n%s\n```\n' "$("$program" "$@" --help)"; }

make_page() {
  printf '# Commands\n\n'
  printf 'What `ringspan --help` and `ringspan COMMAND --help` print; made by `docs/make-commands.sh`.\n'
  help_of
  local name
  # In the help of the whole, a command stands after two blanks and before its summary.
  for name in $("$program" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
    printf '\n## %s\n' "$name"
    help_of "$name"
  done
}

if [[ -z $check ]]; then
  make_page >"$page.tmp"
  mv "$page.tmp" "$page"
else
  made=$(make_page)
  diff -u "$page" - <<<"$made" || {
    echo "$page is not what the help says now; docs/make-commands.sh writes it anew" >&2
    exit 1
  }
fi
