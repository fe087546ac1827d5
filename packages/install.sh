#!/usr/bin/env bash
# Installs the Debian packages that the given lists name and that are not there yet.
#
#     packages/install.sh [--yes] LIST...       e.g. packages/install.sh packages/build
#
# A list has a package a line; one that says "npm unless npm" is not wanted where there is a command
# npm already, wherever it came from. One that says "etcd-server dormant" is installed without its
# service being started, now or at the next boot.
#
# Asks before it changes anything, unless --yes is given or there is no terminal to ask at.
set -euo pipefail

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; }
fail() {
  printf 'packages/install.sh: %s\n' "$*" >&2
  exit 1
}

yes=
lists=()
for argument in "$@"; do
  case $argument in
    --yes) yes=1 ;;
    --help | -h) usage && exit 0 ;;
    -*) fail "no option $argument; see --help" ;;
    *)
      [[ -r $argument ]] || fail "no list $argument; the project's lists are packages/build, packages/page and packages/test"
      lists+=("$argument")
      ;;
  esac
done
[[ ${#lists[@]} -gt 0 ]] || fail "name a list, e.g. packages/build; see --help"

command -v dpkg-query >/dev/null ||
  fail "this is no Debian system (dpkg-query is missing); install what ${lists[*]} name by hand"

wanted_packages() {
  local package unless command
  while read -r package unless command; do
    [[ $unless == unless ]] && command -v "$command" >/dev/null && continue
    printf '%s\n' "$package"
  done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "${lists[@]}")
}
mapfile -t wanted < <(wanted_packages | sort -u)
[[ ${#wanted[@]} -gt 0 ]] || exit 0
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
  sed -n 's/^installed //p') || true
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(sort -u <<<"$installed"))
[[ ${#missing[@]} -gt 0 ]] || exit 0

printf 'Missing Debian packages (%d): %s\n' "${#missing[@]}" "${missing[*]}"

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    printf 'Installing them takes root, and there is no sudo here. As root, run:\n\n' >&2
    printf '    apt-get update && apt-get install --no-install-recommends -y %s\n\n' "${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

ask() {
  [[ -z $yes && -t 0 ]] || return 0
  local answer
  read -rp "$1 [Y/n] " answer
  [[ -z $answer || $answer == [yY]* ]] || fail "nothing was installed; the lists are ${lists[*]}"
}
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }

ask "Install them${as_root[0]:+ with sudo}?"
apt update || fail "apt-get update failed: is the network there, and are the package sources right?"

plan=$(apt install --simulate --no-install-recommends -y "${missing[@]}") || {
  printf '%s\n' "$plan" >&2
  fail "apt cannot install them together; Ringspan is built on Debian 12 (its own packages, no backports)"
}
mapfile -t removed < <(sed -n 's/^Remv \([^ ]*\).*/\1/p' <<<"$plan")
if [[ ${#removed[@]} -gt 0 ]]; then
  # libboost1.81-dev and libboost1.74-dev exclude each other, and much depends on the latter.
  printf 'They exclude packages that are there; apt will REMOVE: %s\n' "${removed[*]}"
  ask "Go ahead?"
fi

mapfile -t dormant < <(sed -n 's/^\([^#[:space:]]*\)[[:space:]]*dormant[[:space:]]*$/\1/p' "${lists[@]}" |
  sort -u | comm -12 - <(printf '%s\n' "${missing[@]}"))

# Debian asks this file whether a service may be started; it goes again when we end.
policy=/usr/sbin/policy-rc.d
if [[ ${#dormant[@]} -gt 0 && ! -e $policy ]]; then
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi

apt install --no-install-recommends -y "${missing[@]}" ||
  fail "apt-get could not install them; what it said stands above"

[[ ${#dormant[@]} -gt 0 ]] || exit 0
for unit in $(dpkg -L "${dormant[@]}" | sed -n 's|^\(/usr\)\{0,1\}/lib/systemd/system/||p'); do
  command -v systemctl >/dev/null || continue
  "${as_root[@]}" systemctl disable "$unit" >/dev/null 2>&1 || true
done
for script in $(dpkg -L "${dormant[@]}" | sed -n 's|^/etc/init.d/||p'); do
  command -v update-rc.d >/dev/null || continue
  "${as_root[@]}" update-rc.d "$script" disable >/dev/null 2>&1 || true
done
