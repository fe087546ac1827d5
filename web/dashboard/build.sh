#!/usr/bin/env bash
# Builds the page into a folder that a controller can serve.
#
#     web/dashboard/build.sh OUTDIR
#
# The packages are installed beside OUTDIR (OUTDIR.work), so that the source tree stays clean.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# == 1 && $1 != -* ]] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }

out=$1
mkdir -p "$out"
out=$(cd "$out" && pwd)
"$here/prepare.sh" "$out.work"
cd "$out.work"
node_modules/.bin/tsc --noEmit
node_modules/.bin/esbuild src/main.tsx --bundle --minify --format=esm --target=es2022 \
  --legal-comments=none --outfile="$out/app.js" --log-level=warning
node_modules/.bin/esbuild src/app.css --minify --outfile="$out/app.css" --log-level=warning
cp src/index.html src/favicon.svg node_modules/world-atlas/countries-110m.json "$out/"
