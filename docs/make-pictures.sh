#!/usr/bin/env bash
# Makes the pictures of the page in docs/pictures: six real controllers, in Chromium.
#
#     docs/make-pictures.sh [PROGRAM [WORKDIR]]     (build/release/cli/ringspan, build/dashboard.work)
#
# Takes what tests/web/page.sh takes.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(realpath "${1:-$root/build/release/cli/ringspan}")
work=${2:-$root/build/dashboard.work}

"$root/tests/web/bundle.sh" "$work" pictures
mkdir -p "$root/docs/pictures"
cd "$work"
exec "$root/tests/web/six_controllers.py" "$program" node page/pictures.mjs "$root/docs/pictures"
