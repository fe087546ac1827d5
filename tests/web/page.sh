#!/usr/bin/env bash
# Runs the page's tests in a browser against controllers that already serve it.
#
#     RINGSPAN_PAGE_URL=LINK tests/web/page.sh [WORKDIR]     (build/dashboard.work)
#
#     RINGSPAN_PAGE_URL         a link as `ringspan page` prints it, with the code of an operator or admin
#     RINGSPAN_PAGE_READER_URL  one with the code of a reader; without it that test is skipped
#     RINGSPAN_CHROMIUM         the browser, if not /usr/bin/chromium
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ -n ${RINGSPAN_PAGE_URL-} ]] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
work=${1:-$here/../../build/dashboard.work}
"$here/../../web/dashboard/prepare.sh" "$work"
cd "$work"
node_modules/.bin/tsc --noEmit
node_modules/.bin/esbuild page/page.test.ts --bundle --packages=external --platform=node --format=esm \
  --target=node18 --outfile=page/page.test.mjs --log-level=warning
node --test page/page.test.mjs
