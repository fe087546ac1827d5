#!/usr/bin/env bash
# Writes package-lock.json anew after package.json was changed: without addresses, neither of
# downloads (.npmrc) nor of funding pages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
npm install --package-lock-only --ignore-scripts --loglevel=error
node -e '
  const fs = require("fs");
  const lock = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
  for (const entry of Object.values(lock.packages)) delete entry.funding;
  fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");'
