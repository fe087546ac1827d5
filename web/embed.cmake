# Writes OUT, C++ that holds every file of FOLDER: cmake -DFOLDER=... -DOUT=... -P embed.cmake
file(GLOB files RELATIVE "${FOLDER}" "${FOLDER}/*")
list(SORT files)
set(arrays "")
set(table "")
set(number 0)
foreach(name IN LISTS files)
  file(SIZE "${FOLDER}/${name}" size)
  file(READ "${FOLDER}/${name}" hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," hex "${hex}")
  string(APPEND arrays "const char file_${number}[] = {${hex}'\\0'};\n")
  string(APPEND table "    {\"${name}\", {file_${number}, ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUT}" "// Made by web/embed.cmake.
#include \"web/files.hpp\"

namespace ringspan::web {
namespace {
${arrays}
const EmbeddedFile kFiles[] = {
${table}};
}  // namespace

std::span<const EmbeddedFile> embedded_files() {
  return kFiles;
}

}  // namespace ringspan::web
")
