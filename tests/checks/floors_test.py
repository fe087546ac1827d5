#!/usr/bin/env python3
"""Holds the floors: who may include whom, and which file may include which library.

A floor includes what is below it, never up, never sideways; folder = target = namespace. The two
tables below are the rule. Reads every #include of the project; no compiler is needed.
"""

import re
import sys

from tracked import tracked_files

# Room: floor. The longest folder that fits a file is its room.
FLOORS = {
    "base": 0,
    "sites": 1,
    "kcc": 2,
    "replicator/engine": 2,
    "replicator/configuration": 3,
    "replicator/partners": 3,
    "replicator/store": 3,
    "replicator/wire": 3,
    "replicator/net": 4,
    "replicator/simulator": 4,
    "web": 4,
    "cli": 5,
}
# The engine's values carry the room's own name; every other room is called as its folder.
NAMESPACES = {"replicator/engine": "ringspan::replicator"}

# Library header (a prefix): where it may be included. A folder allows its .cpp files, "folder/*"
# its headers too, a file itself alone. The first prefix that fits decides.
LIBRARIES = [
    ("tl/expected.hpp", ["base/result.hpp", "sites/read_forest.hpp",
                         "sites/read_ldif_forest.hpp", "sites/read_graphml.hpp",
                         "sites/read_any.hpp"]),
    ("utf8proc.h", ["base/fold.cpp"]),
    ("boost/uuid/", ["base/guid.cpp"]),
    ("boost/graph/", ["sites", "kcc"]),
    ("boost/pending/", ["sites", "kcc"]),
    ("boost/property_map/", ["sites", "kcc"]),
    ("boost/asio", ["replicator/net", "web", "web/stream.hpp",
                    "replicator/net/session_io.hpp"]),
    ("boost/beast", ["web", "web/stream.hpp"]),
    ("openssl/", ["replicator/net", "web", "sites/base64.cpp"]),
    ("pugixml.hpp", ["sites/read_graphml.cpp", "kcc/connections_graphml.cpp"]),
    ("arpa/inet.h", ["sites/subnet.cpp", "replicator/net", "web"]),  # the text of an address
    ("sqlite3.h", ["replicator/store"]),
    ("google/protobuf/", ["replicator/wire"]),
    ("xxhash.h", ["replicator/store"]),
    ("zstd.h", ["replicator/wire"]),
    ("CLI/", ["cli/*"]),
    ("spdlog/", ["replicator/net", "cli"]),
    ("nlohmann/json_fwd.hpp", [room + "/*" for room in FLOORS]),
    ("nlohmann/json.hpp", list(FLOORS)),
    ("fmt/", list(FLOORS)),
    # Floors 0 to 3 do not know the thread, chance or the machine.
    ("thread", ["replicator/net/*", "replicator/simulator/*", "web/*", "cli/*"]),
    ("future", ["replicator/net/*", "replicator/simulator/*", "web/*", "cli/*"]),
    ("condition_variable", ["replicator/net/*", "replicator/simulator/*", "web/*", "cli/*"]),
    ("random", ["replicator/net", "web", "cli"]),
]
GENERATED = re.compile(r"\.pb\.h$")  # by protoc; in replicator/wire only
# The machine's own headers: at the rim, and where a file is written or locked.
POSIX = re.compile(r"^(sys|netinet|arpa|net)/|^(unistd|fcntl|signal|netdb|poll|pwd|termios)\.h$")
POSIX_ROOMS = {"replicator/store", "replicator/net", "web", "cli"}
CLOCKS = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock)::now\b")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    rooms = [room for room in FLOORS if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def is_header(path):
    return path.endswith(".hpp")


def may_include(path, places):
    for place in places:
        if place == path:
            return True
        folder, _, headers_too = place.partition("/*") if place.endswith("/*") else (place, "", None)
        if room_of(path) == folder and (headers_too is not None or not is_header(path)):
            return True
    return False


def project_include(path, named, files):
    """What is wrong with `path` including the project's file `named`, or None."""
    room, other = room_of(path), room_of(named)
    if GENERATED.search(named):
        return None if room == "replicator/wire" and not is_header(path) else \
            f"{named} is generated for the .cpp files of replicator/wire alone"
    if named not in files:
        return f'there is no {named}; name a project file from the root, as in "base/time.hpp"'
    if other is None:
        return f"{named} belongs to no room; see the table of floors in tests/checks/floors_test.py"
    if other != room and FLOORS[other] >= FLOORS[room]:
        way = "up" if FLOORS[other] > FLOORS[room] else "sideways"
        return f"{room} (floor {FLOORS[room]}) must not look {way} to {other} (floor {FLOORS[other]})"
    return None


def library_include(path, named):
    """What is wrong with `path` including the library header `named`, or None."""
    if named.startswith("ringspan/") or GENERATED.search(named):
        return f'a project file goes in quotes: "{named}"'
    for prefix, places in LIBRARIES:
        if named == prefix or (not prefix.endswith((".h", ".hpp")) and "/" in named
                               and named.startswith(prefix)):
            if may_include(path, places):
                return None
            where = ", ".join(p.replace("/*", " (headers too)") for p in places)
            return f"<{named}> is allowed only in {where}" + \
                (", in .cpp files" if is_header(path) else "")
    if POSIX.search(named):
        return None if room_of(path) in POSIX_ROOMS and not is_header(path) else \
            f"<{named}> is allowed only in .cpp files of {', '.join(sorted(POSIX_ROOMS))}"
    if "/" in named or named.endswith((".h", ".hpp")):
        return f"<{named}> is not in the table of libraries (floors_test.py)"
    return None


def violations(files):
    """One sentence for each broken rule in `files`, {path: text}."""
    found = []
    for path, text in sorted(files.items()):
        if not path.endswith((".hpp", ".cpp")):
            continue
        room, in_tests = room_of(path), path.startswith("tests/")
        if is_header(path) and "#pragma once" not in text:
            found.append(f"{path}: a header starts with #pragma once")
        if room is None and not in_tests:
            found.append(f"{path}: lies in no room; see the table of floors")
            continue
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            quoted, named = match[1] == '"', match[2]
            trouble = None
            if is_header(path) and named.startswith("boost/graph/"):
                trouble = "Boost.Graph never stands in a header"
            elif not in_tests:
                trouble = project_include(path, named, files) if quoted else \
                    library_include(path, named)
            if trouble:
                found.append(f"{path}:{line}: {trouble}")
        if in_tests:
            continue
        namespace = NAMESPACES.get(room, "ringspan::" + room.replace("/", "::"))
        if not re.search(rf"^namespace {namespace}(::\w+)* \{{", text, re.MULTILINE) and \
                not re.search(r"^int main\(", text, re.MULTILINE) and \
                re.search(r"^[^#/\s]", text, re.MULTILINE):  # a file of includes alone needs none
            found.append(f"{path}: opens no namespace {namespace}; folder = namespace")
        if FLOORS[room] <= 3 and (match := CLOCKS.search(text)):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line}: floors 0 to 3 ask no clock; time is an argument")
    return found


# A checker gets planted bugs that it must catch: path, text, and a word of the complaint (None: the
# file is fine).
PLANTED = [
    ("base/up.hpp", '#include "sites/forest.hpp"', "must not look up to sites"),
    ("kcc/aside.cpp", '#include "replicator/engine/engine.hpp"', "must not look sideways"),
    ("replicator/engine/aside.cpp", '#include "kcc/plan.hpp"', "must not look sideways"),
    ("replicator/store/aside.cpp", '#include "replicator/wire/frame.hpp"', "must not look sideways"),
    ("cli/spaced.cpp", '  #  include   "forest.hpp"', "there is no forest.hpp"),
    ("kcc/graph.hpp", "#include <boost/graph/graph_traits.hpp>", "never stands in a header"),
    ("tests/unit/graph.hpp", "#include <boost/graph/graph_traits.hpp>", "never stands in a header"),
    ("kcc/net.cpp", "#include <boost/asio/ip/tcp.hpp>", "allowed only in replicator/net, web"),
    ("web/page.hpp", "#include <boost/asio.hpp>", "in .cpp files"),
    ("kcc/crypto.cpp", "#include <openssl/sha.h>", "allowed only in replicator/net, web"),
    ("replicator/engine/rows.cpp", "#include <sqlite3.h>", "allowed only in replicator/store"),
    ("replicator/net/pages.cpp", '#include "replicator.pb.h"', "replicator/wire alone"),
    ("base/guids.cpp", "#include <boost/uuid/uuid.hpp>", "allowed only in base/guid.cpp"),
    ("sites/json.hpp", "#include <nlohmann/json.hpp>", "in .cpp files"),
    ("sites/results.hpp", "#include <tl/expected.hpp>", "allowed only in base/result.hpp"),
    ("sites/xml.cpp", "#include <libxml/parser.h>", "not in the table"),
    ("sites/files.cpp", "#include <unistd.h>", "allowed only in .cpp files of cli"),
    ("kcc/chance.cpp", "#include <random>", "<random> is allowed only in"),
    ("kcc/clock.cpp", "auto now = std::chrono::system_clock::now();", "ask no clock"),
    ("util/strings.cpp", "", "lies in no room"),
    ("kcc/plan.cpp", '#include "sites/forest.hpp"\n#include <vector>\n#include <boost/graph/x.hpp>',
     None),
    ("cli/plan.cpp", '#include "kcc/plan.hpp"\n#include <CLI/CLI.hpp>\n#include <thread>', None),
    ("replicator/wire/page.cpp", '#include "replicator.pb.h"\n#include <zstd.h>', None),
    ("replicator/store/open.cpp", "#include <sqlite3.h>\n#include <unistd.h>", None),
    ("tests/unit/anything.cpp", "#include <gtest/gtest.h>\n#include <boost/graph/x.hpp>", None),
]


def self_test():
    around = {name: "#pragma once" for name in
              ("sites/forest.hpp", "kcc/plan.hpp", "replicator/engine/engine.hpp",
               "replicator/wire/frame.hpp")}
    missed = []

    def expect(path, text, complaint):
        found = [v for v in violations({**around, path: text}) if v.startswith(path)]
        if complaint is None and found:
            missed.append(f"self-test: {path} is fine, but: {found[0]}")
        elif complaint is not None and not any(complaint in v for v in found):
            missed.append(f"self-test: the planted bug in {path} was not caught ({complaint})")

    for path, text, complaint in PLANTED:
        room = room_of(path)
        namespace = NAMESPACES.get(room, "ringspan::" + (room or "").replace("/", "::"))
        expect(path, f"#pragma once\n{text}\nnamespace {namespace} {{\n}}\n", complaint)
    expect("kcc/lost.cpp", "namespace ringspan::sites {\n}\n", "opens no namespace ringspan::kcc")
    expect("replicator/engine/apply.cpp", "namespace ringspan::replicator {\n}\n", None)
    expect("cli/main.cpp", "int main() {}\n", None)
    expect("kcc/twice.hpp", "namespace ringspan::kcc {\n}\n", "#pragma once")
    return missed


if __name__ == "__main__":
    complaints = self_test() + violations(tracked_files())
    print("\n".join(complaints) or "floors: every include looks down")
    sys.exit(1 if complaints else 0)
