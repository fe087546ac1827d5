#!/usr/bin/env bash
# Runs the page's tests in Chromium against six controllers that it starts for them.
#
#     tests/web/page.sh [PROGRAM [WORKDIR]]     (build/release/cli/ringspan, build/dashboard.work)
#
#     RINGSPAN_CHROMIUM         the browser, if not /usr/bin/chromium
#     RINGSPAN_BROWSER_TESTS=1  a missing browser or npm is a failure, not a test that skips itself
#
# The program must have been built with the page (npm was there).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "${1:-$root/build/release/cli/ringspan}")
work=${2:-$root/build/dashboard.work}

for tool in "${RINGSPAN_CHROMIUM:-chromium}" npm; do
  command -v "$tool" >/dev/null && continue
  echo "no $tool here; packages/install.sh packages/page packages/test installs it" >&2
  exit "${RINGSPAN_BROWSER_TESTS:-77}" # 77: skipped
done
"$here/bundle.sh" "$work" page.test
cd "$work"
exec "$here/six_controllers.py" "$program" node --test page/page.test.mjs
