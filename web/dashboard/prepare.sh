#!/usr/bin/env bash
# Lays the page's sources and its packages, as the lock file names them, into a work folder.
#
#     web/dashboard/prepare.sh WORKDIR
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# == 1 && $1 != -* ]] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }

mkdir -p "$1"
cd "$1"
rm -rf src test page
cp -R "$here/src" "$here/test" .
mkdir page
cp "$here/../../tests/web"/*.ts page/ 2>/dev/null || true # the tests that need a browser
cp "$here/package.json" "$here/.npmrc" "$here/tsconfig.json" .
# A copy of the lock file is left as the mark of a whole installation.
if ! cmp -s "$here/package-lock.json" node_modules/.installed; then
  cp "$here/package-lock.json" .
  npm ci --ignore-scripts --loglevel=error
  cp "$here/package-lock.json" node_modules/.installed
fi
