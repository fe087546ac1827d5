#!/usr/bin/env bash
# Makes NAME.mjs of tests/web/NAME.ts, in the folder page/ of a work folder.
#
#     tests/web/bundle.sh WORKDIR NAME
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# == 2 && $1 != -* ]] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
"$here/../../web/dashboard/prepare.sh" "$1"
cd "$1"
node_modules/.bin/tsc --noEmit
node_modules/.bin/esbuild "page/$2.ts" --bundle --packages=external --platform=node --format=esm \
  --target=node18 --outfile="page/$2.mjs" --log-level=warning
