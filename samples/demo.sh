#!/usr/bin/env bash
# Builds Ringspan and runs the sample forest on this machine, a process for each controller.
#
#     samples/demo.sh [--yes] [--fresh] [--state DIR] [--no-page]
#
#     --yes         installs missing packages without asking
#     --fresh       forgets the last demo's data and begins anew
#     --state DIR   keeps the data elsewhere than in state/
#     --no-page     builds without the page, which takes npm
#
# The first start builds the program, which takes minutes; a later one takes seconds and continues
# with the same data. Ctrl-C stops the controllers and ends the demo.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
started_in=$PWD
sample=$root/samples/three-sites.json
people=$root/samples/objects/people.json
binary=$root/build/release/cli/ringspan
marker="Data of samples/demo.sh; --fresh deletes everything in this folder."

state=$root/state
yes=
fresh=
with_page=ON
names=()               # the controllers, in the order of the forest file; the first is the authority
declare -A address pid # by controller name; no pid: not running, or not ours
declare -A joining=()  # by controller name, the process that joins it
signalled=130          # exit code after a signal: 0 once the controllers run
child=                 # what a signal has to end besides the controllers
live_lines=0           # lines of the summary that the next one overwrites

say() { printf '%s\n' "$*"; }
fail() {
  printf 'demo: %s\n' "$*" >&2
  exit 1
}

read_options() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --yes) yes=1 ;;
      --fresh) fresh=1 ;;
      --no-page) with_page=OFF ;;
      --state)
        [[ -n ${2-} ]] || fail "--state needs a folder"
        state=$2
        shift
        ;;
      --help | -h)
        sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit 0
        ;;
      *) fail "no option $1; see --help" ;;
    esac
    shift
  done
}

# --- The state folder -----------------------------------------------------------------------------

# Only one demo works in a folder; the lock ends with the process that holds it.
enter_state() {
  if [[ -e $state && ! -e $state/demo ]] && [[ -n $(ls -A "$state" 2>/dev/null || echo file) ]]; then
    fail "$state is not a demo's folder (it holds other files); choose another with --state"
  fi
  mkdir -p "$state" || fail "cannot create $state; choose another folder with --state"
  state=$(cd "$state" && pwd)
  [[ -e $state/demo ]] || say "$marker" >"$state/demo"
  [[ $(<"$state/demo") == "$marker" ]] || fail "$state/demo is not a demo's mark; choose another folder with --state"
  exec {lock}<>"$state/lock"
  flock --nonblock "$lock" ||
    fail "a demo runs already: $(<"$state/lock"); stop it with Ctrl-C there, or use --state for a second one"
  say "process $$ in $state" >"$state/lock"
  end_leftovers
  if [[ -n $fresh ]]; then
    find "$state" -mindepth 1 -maxdepth 1 ! -name demo ! -name lock -exec rm -rf {} +
    say "Forgot the last demo's data in $state."
  fi
}

# Controllers outlive a demo that was killed; their numbers lie in state/pids.
end_leftovers() {
  local left command
  [[ -e $state/pids ]] || return 0
  while read -r left; do
    command=$({ tr '\0' ' ' <"/proc/$left/cmdline"; } 2>/dev/null) || continue
    [[ $command == *" serve --data $state/"* ]] || continue
    say "Stopping process $left, which a killed demo left behind."
    end_process "$left"
  done <"$state/pids"
  rm -f "$state/pids"
}

end_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  local tries
  for ((tries = 0; tries < 100; ++tries)); do
    alive "$1" || return 0
    pause 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  say "Process $1 did not stop within 10 s and was killed."
}

alive() { # a zombie is not
  local status
  read -r status <"/proc/$1/stat" || return 1
  [[ ${status##*) } != Z* ]]
} 2>/dev/null

# A shell hears no signal while it runs a command, but does while it waits for a child.
run_child() {
  "$@" <&0 &
  child=$!
  local code=0
  wait "$child" 2>/dev/null || code=$? # or bash would report here that a controller was killed
  child=
  return "$code"
}

pause() { run_child sleep "$1"; }

# --- The program ----------------------------------------------------------------------------------

jobs_here() { # a compiler takes up to 3 GB
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 3000000)}' /proc/meminfo)
  local jobs=$((memory < cores ? memory : cores))
  echo $((jobs < 1 ? 1 : jobs))
}

# Empty if there are none. Ninja's dry run stops at the rule that looks for new files, so the rule is
# left out: CMake has just looked.
steps_to_build() {
  sed -e '/^build [^:]*: RERUN_CMAKE/,/^$/d' build/release/build.ninja >build/release/dry-run.ninja
  ninja -C build/release -f dry-run.ninja -n ringspan | sed -n '$s/^\[[0-9]*\/\([0-9]*\)\].*/\1/p'
}

# A step takes 10 s of one core on average.
build() {
  local log=$state/configure.log steps jobs
  cd "$root"
  if ! run_child cmake --preset demo "-DRINGSPAN_PAGE=$with_page" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "the build could not be prepared; the whole story is in $log"
  fi
  steps=$(steps_to_build)
  if [[ -z $steps ]]; then
    say "The program is up to date: nothing to build."
    return
  fi
  jobs=$(jobs_here)
  say "Building the program: $steps steps, $jobs at a time; about $((steps * 10 / jobs / 60 + 1)) min on a machine of this size. The next time takes seconds."
  # Not by way of cmake --build, which would leave ninja running after a signal.
  run_child ninja -C build/release -j "$jobs" ringspan ||
    fail "the build failed; what the compiler said stands above"
}

# --- The forest -----------------------------------------------------------------------------------

# The sample writes each controller on a line of its own: {"name": "oslo-1", "site": "oslo", ...}.
controller_names() { sed -n 's/^.*{ *"name": *"\([^"]*\)", *"site": *".*$/\1/p' "$1"; }

# Asked of the kernel: a controller would log a connection without a handshake.
listens() {
  local port
  printf -v port '%04X' "${1##*:}"
  grep -qs "^ *[0-9]*: [0-9A-F]*:$port [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6
}

# Ports below 32768 are not handed out to outgoing connections.
free_address() {
  local candidate tries
  for ((tries = 0; tries < 200; ++tries)); do
    candidate=127.0.0.1:$((20000 + RANDOM % 12000))
    if [[ " ${address[*]-} " != *" $candidate "* ]] && ! listens "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  fail "found no free port on 127.0.0.1 between 20000 and 32000"
}

# A forest file but for what a demo fills in.
without_addresses() { sed 's/, *"address": *"[^"]*"//' "$1"; }

# Controllers of one forest do not become those of another because a file says so.
check_forest() {
  [[ -e $state/forest.json ]] || return 0
  cmp -s <(without_addresses "$state/forest.json") "$sample" && return
  fail "$state holds another forest ($(join_words "$(controller_names "$state/forest.json")")) than ${sample#"$root/"} describes ($(join_words "$(controller_names "$sample")")); --fresh forgets it and begins anew, --state DIR keeps it and begins elsewhere"
}

join_words() { tr '\n' ' ' <<<"$1" | sed 's/ $//'; }

# The sample with an address for each controller. It is written once, so that each keeps its port.
write_forest() {
  if [[ ! -e $state/forest.json ]]; then
    local name
    local -a fill=(-e 's/, *"address": *"[^"]*"//')
    for name in $(controller_names "$sample"); do
      address[$name]=$(free_address)
      fill+=(-e "s|{ *\(\"name\": *\"$name\", *\"site\":.*[^ ]\) *}|{\1, \"address\": \"${address[$name]}\"}|")
    done
    [[ ${#address[@]} -gt 0 ]] || fail "$sample names no controller"
    sed "${fill[@]}" "$sample" >"$state/forest.json.new"
    mv "$state/forest.json.new" "$state/forest.json"
  fi
  mapfile -t names < <(controller_names "$state/forest.json")
  for name in "${names[@]}"; do
    address[$name]=$(sed -n "s/^.*{\"name\": *\"$name\",.*\"address\": *\"\([^\"]*\)\".*$/\1/p" "$state/forest.json")
    [[ -n ${address[$name]} ]] || fail "$state/forest.json gives $name no address; --fresh makes it anew"
  done
}

# A folder is whole once state/made/NAME exists; half of one (power cut, Ctrl-C) is made again.
made() { [[ -e $state/made/$1 ]]; }
begin_making() { rm -rf "${state:?}/$1"; }
end_making() {
  mkdir -p "$state/made"
  : >"$state/made/$1"
}

make_first() {
  local name=$1
  made "$name" && return
  say "Making the forest and its first controller, $name."
  begin_making "$name"
  run_child "$binary" init "$state/forest.json" --controller "$name" --objects "$people" \
    --data "$state/$name" || fail "the forest could not be made; the reason stands above"
  end_making "$name"
}

# All at once: each waits for the first controller's answers and its own disk.
make_others() {
  local name
  for name in "${names[@]:1}"; do
    made "$name" && continue
    begin_making "$name"
    invite_and_join "$name" >"$state/$name-join.log" 2>&1 &
    joining[$name]=$!
  done
  [[ ${#joining[@]} -gt 0 ]] || return 0
  say "Joining ${#joining[@]} more, each with a token of ${names[0]}."
  for name in "${names[@]:1}"; do
    [[ -n ${joining[$name]-} ]] || continue
    if ! wait "${joining[$name]}"; then
      cat "$state/$name-join.log" >&2
      fail "$name could not join; the reason stands above, and $state/${names[0]}/log may say more"
    fi
    unset "joining[$name]"
    end_making "$name"
  done
}

# In a process of its own, which becomes the one that joins.
invite_and_join() {
  local token
  token=$("$binary" invite "$1" --data "$state/${names[0]}")
  exec "$binary" join --token-file - --data "$state/$1" <<<"$token" {lock}>&-
}

start() {
  local name=$1
  if listens "${address[$name]}"; then
    fail "another program listens on ${address[$name]}, the address of $name: a controller that was started by hand, or a stranger; stop it, or let --fresh choose new ports"
  fi
  # The first one serves the page, on a port that is remembered.
  local -a page=()
  if [[ $name == "${names[0]}" ]]; then
    [[ -e $state/page ]] || free_address >"$state/page"
    listens "$(<"$state/page")" && free_address >"$state/page"
    page=(--page "$(<"$state/page")")
  fi
  # A session of its own, so that Ctrl-C reaches the demo alone; without the lock.
  setsid "$binary" serve --data "$state/$name" "${page[@]}" >>"$state/$name/log" 2>&1 </dev/null {lock}>&- &
  pid[$name]=$!
  say "${pid[$name]}" >>"$state/pids"
}

await_start() {
  local name=$1 tries
  for ((tries = 0; tries < 300; ++tries)); do
    if ! alive "${pid[$name]}"; then
      tail -n 20 "$state/$name/log" >&2
      fail "$name did not start; its log is $state/$name/log"
    fi
    listens "${address[$name]}" && return
    pause 0.1
  done
  tail -n 20 "$state/$name/log" >&2
  fail "$name does not listen on ${address[$name]} after 30 s; its log is $state/$name/log"
}

start_all() {
  local name
  make_first "${names[0]}"
  start "${names[0]}"
  await_start "${names[0]}"
  make_others
  for name in "${names[@]:1}"; do start "$name"; done
  for name in "${names[@]:1}"; do await_start "$name"; done
  await_health
}

# Who was there first has tried the others in vain; a few seconds, and all have met.
await_health() {
  local tries
  for ((tries = 0; tries < 50; ++tries)); do
    RINGSPAN_STATE=$state run_child timeout --foreground 10 "$binary" status >/dev/null 2>&1 && return
    pause 0.2
  done
}

stop_all() {
  local name stopped=()
  for name in "${names[@]}"; do
    [[ -n ${pid[$name]-} ]] || continue
    kill -TERM "${pid[$name]}" 2>/dev/null || true
    stopped+=("$name")
  done
  [[ ${#stopped[@]} -gt 0 ]] || return 0
  say "Stopping ${stopped[*]}."
  for name in "${stopped[@]}"; do
    end_process "${pid[$name]}"
    unset "pid[$name]"
  done
  rm -f "$state/pids"
  say "All controllers have stopped; samples/demo.sh continues with the same data."
  for name in "${names[@]}"; do
    listens "${address[$name]}" && say "$name, which was started by hand, still runs."
  done
  return 0
}

# A link is good once and for five minutes; ringspan page makes another.
show_page() {
  local link port
  link=$("$binary" page --data "$state/${names[0]}" 2>/dev/null) || return 0
  port=$(sed 's/.*://' "$state/page")
  say "The page, signed in (ringspan page prints another link when this one is used):"
  say ""
  say "    $link"
  if [[ -n ${SSH_CONNECTION-} ]]; then
    say ""
    say "This machine is reached over ssh; on your own, before you open the link:"
    say ""
    say "    ssh -L $port:127.0.0.1:$port $(id -un)@$(cut -d ' ' -f 3 <<<"$SSH_CONNECTION")"
  fi
  say ""
}

# What a shell needs to use the demo's forest.
# shellcheck disable=SC2016  # the shell that reads the file expands the variables
write_env() {
  {
    say "# The demo's forest for this shell:  . state/env"
    printf 'RINGSPAN_STATE=%q\nexport RINGSPAN_STATE\n' "$state"
    printf 'PATH=%q:$PATH\nexport PATH\n' "$(dirname "$binary")"
    say 'if [ -n "${BASH_VERSION-}" ]; then eval "$(ringspan completion bash)"; fi'
  } >"$state/env"
}

# --- The summary ----------------------------------------------------------------------------------

# Once for each controller that ended by itself: how, its last words, and the way back.
report_deaths() {
  local name code
  for name in "${names[@]}"; do
    [[ -n ${pid[$name]-} ]] || continue
    alive "${pid[$name]}" && continue
    code=0
    wait "${pid[$name]}" || code=$?
    unset "pid[$name]"
    live_lines=0
    say ""
    say "$name ended by itself ($(exit_word "$code")). The last lines of $state/$name/log:"
    tail -n 5 "$state/$name/log" | sed 's/^/    /'
    say "The others go on. Start it again in another shell and watch it catch up:"
    say "    ringspan serve --data $(printf %q "$state/$name")"
    say ""
  done
}

exit_word() {
  if (($1 > 128)); then echo "signal $(kill -l $(($1 - 128)))"; else echo "exit code $1"; fi
}

# What `ringspan status` says, and who does not run; left in state/summary. Connections that are in
# step are counted: six controllers have thirty.
summarize() {
  local name code=0
  RINGSPAN_STATE=$state run_child timeout --foreground 10 "$binary" status >"$state/status" 2>&1 || code=$?
  ((code <= 2)) || say "(no whole status now)" >>"$state/status" # 1 and 2 say how well it is
  awk '/^CONTROLLER +PULLS FROM/ { header = $0; inside = 1; next }
       inside && /  in step  / { ++well; next }
       inside && header && NF { print header; header = "" }
       { print }
       END { if (well) printf "%d connection%s in step; ringspan status shows each.\n", well, (well > 1 ? "s" : "") }' \
    "$state/status" >"$state/summary"
  for name in "${names[@]}"; do
    [[ -n ${pid[$name]-} ]] && continue
    if listens "${address[$name]}"; then say "$name was started by hand."; else say "$name is down."; fi
  done >>"$state/summary"
}

# Overwrites the last summary; lines are cut at the edge, so that their number stays true.
draw() {
  local rows text
  rows=$(stty size 2>/dev/null | cut -d ' ' -f 1) || rows=
  text=$(head -n $((${rows:-24} > 4 ? ${rows:-24} - 2 : 2)) <<<"$1")
  ((live_lines == 0)) || printf '\e[%dA' "$live_lines"
  printf '\r\e[J\e[?7l%s\e[?7h\n' "$text"
  live_lines=$(wc -l <<<"$text")
}

watch_forest() {
  local text last=
  while true; do
    report_deaths
    summarize
    text=$(<"$state/summary")
    if [[ -t 1 ]]; then
      draw "$text"
    elif [[ ${text%%$'\n'*} != "$last" ]]; then  # the sentence alone: ages change by themselves
      last=${text%%$'\n'*}
      say "$last"
    fi
    pause 2
  done
}

# --- The end --------------------------------------------------------------------------------------

on_signal() { exit "$signalled"; }
on_exit() {
  local code=$?
  trap '' INT TERM HUP
  if [[ -t 1 ]]; then printf '\e[?7h\n'; fi
  if [[ -n $child ]]; then
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  for child in "${joining[@]}"; do kill -TERM "$child" 2>/dev/null || true; done
  stop_all || true
  exit "$code"
}

# --- The demo -------------------------------------------------------------------------------------

read_options "$@"
enter_state
check_forest
trap on_signal INT TERM HUP
trap on_exit EXIT
lists=("$root/packages/build")
[[ $with_page == OFF ]] || lists+=("$root/packages/page")
"$root/packages/install.sh" ${yes:+--yes} "${lists[@]}"
build
write_forest
start_all
write_env
signalled=0
say ""
say "The forest runs: ${names[*]}. To use it, paste this line into another shell:"
say ""
if [[ $started_in == "$root" && $state == "$root/state" ]]; then
  say "    . state/env"
else
  say "    . $(printf %q "$state/env")"
fi
say ""
show_page
say "Ctrl-C here stops the controllers."
say ""
watch_forest
