# A room is a folder, a target and a namespace at once: `ringspan_room(replicator/store ...)` makes
# the library ringspan_replicator_store of every .cpp in that folder.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_SKIP_INSTALL_RULES ON)
find_program(RINGSPAN_CCACHE ccache)
if(RINGSPAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${RINGSPAN_CCACHE}")
endif()

# The memory that is there decides how many compilers run: one per 3 GB, one link at a time, and one
# file of Asio at a time where sanitizers make it cost 5 GB.
cmake_host_system_information(RESULT ringspan_memory QUERY TOTAL_PHYSICAL_MEMORY)
cmake_host_system_information(RESULT ringspan_cores QUERY NUMBER_OF_LOGICAL_CORES)
math(EXPR ringspan_jobs "${ringspan_memory} / 3000")
if(ringspan_jobs LESS 1)
  set(ringspan_jobs 1)
elseif(ringspan_jobs GREATER ringspan_cores)
  set(ringspan_jobs ${ringspan_cores})
endif()
set_property(GLOBAL PROPERTY JOB_POOLS compile=${ringspan_jobs} link=1 asio=1)
set(CMAKE_JOB_POOL_COMPILE compile)
set(CMAKE_JOB_POOL_LINK link)

add_library(ringspan_options INTERFACE)
target_compile_options(ringspan_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast -Wnull-dereference -Wimplicit-fallthrough
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
  # clang 19 blames us for std::stable_sort of g++ 12's library.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
target_include_directories(ringspan_options INTERFACE "${CMAKE_SOURCE_DIR}")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # g++ 12 reports null dereferences and uninitialized variants inside its own inlined library code
  # at -O2.
  target_compile_options(ringspan_options INTERFACE -Wno-null-dereference
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(RINGSPAN_SANITIZE)
  add_compile_options(-fsanitize=${RINGSPAN_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${RINGSPAN_SANITIZE})
  # g++ 12 warns of uninitialized and null values that only the sanitizers' own code makes.
  target_compile_options(ringspan_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> -Wno-null-dereference)
endif()

# ringspan_room(FOLDER USES libraries... PRIVATELY libraries...)
function(ringspan_room folder)
  cmake_parse_arguments(room "" "" "USES;PRIVATELY" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
  add_library(ringspan_${name} STATIC ${sources})
  target_link_libraries(ringspan_${name} PUBLIC ringspan_options ${room_USES}
                        PRIVATE ${room_PRIVATELY})
endfunction()

# The files of a room that include Asio: no UBSan there (it costs minutes a file) and one at a time.
# They are compiled as a target of their own, since a pool holds for a whole target.
function(ringspan_asio_sources room)
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE sources)
  get_target_property(others ${room} SOURCES)
  list(REMOVE_ITEM others ${sources})
  set_property(TARGET ${room} PROPERTY SOURCES ${others})
  add_library(${room}_asio OBJECT ${sources})
  target_link_libraries(${room}_asio PRIVATE $<TARGET_PROPERTY:${room},LINK_LIBRARIES>)
  target_compile_definitions(${room}_asio PRIVATE BOOST_ASIO_SEPARATE_COMPILATION
                             BOOST_ASIO_NO_DEPRECATED)
  target_sources(${room} PRIVATE $<TARGET_OBJECTS:${room}_asio>)
  if(RINGSPAN_SANITIZE)
    set_property(TARGET ${room}_asio PROPERTY JOB_POOL_COMPILE asio)
    target_compile_options(${room}_asio PRIVATE -fno-sanitize=undefined)
  endif()
endfunction()
