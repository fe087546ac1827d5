#!/usr/bin/env bash
# Says which C++ files do not have the form of .clang-format; `tests/checks/format.sh --fix` gives it
# to them. Reads what git tracks, or everything where there is no repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

way=(--dry-run -Werror)
[[ ${1-} != --fix ]] || way=(-i)

if [[ -e .git ]]; then
  list=(git -c 'safe.directory=*' ls-files -z -- '*.hpp' '*.cpp')
else
  list=(find base sites kcc replicator web cli tests "(" -name '*.hpp' -o -name '*.cpp' ")" -print0)
fi
files=()
while IFS= read -r -d '' file; do
  [[ ! -e $file ]] || files+=("$file")
done < <("${list[@]}" 2>/dev/null)
[[ ${#files[@]} -gt 0 ]] || {
  echo "format: found no C++ file" >&2
  exit 1
}
clang-format-19 "${way[@]}" "${files[@]}" || {
  echo "format: tests/checks/format.sh --fix gives them their form" >&2
  exit 1
}
echo "format: ${#files[@]} files have their form"
