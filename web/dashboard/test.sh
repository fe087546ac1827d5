#!/usr/bin/env bash
# Runs the page's unit tests; needs no browser.
#
#     web/dashboard/test.sh [WORKDIR]         (build/dashboard.work)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:-$here/../../build/dashboard.work}
"$here/prepare.sh" "$work"
cd "$work"
node_modules/.bin/tsc --noEmit
rm -rf tested
node_modules/.bin/esbuild test/*.test.ts --bundle --platform=node --format=esm --target=node18 \
  --outdir=tested --out-extension:.js=.mjs --log-level=warning
node --test tested/*.mjs
