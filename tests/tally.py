#!/usr/bin/env python3
"""Counts a ctest run.

    tests/tally.py RESULTS.xml SUITE FAILURES

Prints "PASSED FAILED" and appends to FAILURES each failed test with the end of its output. A test
that could not run (its program was not built) has failed; one that skips itself counts nowhere, but
is named.
"""

import sys
import xml.etree.ElementTree

LINES = 60  # of a failed test's output


def main(results, suite, failures):
    passed, skipped, words = 0, [], []
    for case in xml.etree.ElementTree.parse(results).getroot().iter("testcase"):
        name, status = case.get("name"), case.get("status")
        reason = case.find("skipped")
        message = "" if reason is None else reason.get("message", "")
        if status == "run":
            passed += 1
        elif status == "disabled" or (status == "notrun" and "SKIP" in message):
            skipped.append(name)
        else:
            output = (case.findtext("system-out") or message).rstrip().splitlines()
            words.append(f"\n--- FAILED: {name} ({suite})\n" + "\n".join(output[-LINES:]) + "\n")
    with open(failures, "a", encoding="utf-8") as file:
        file.writelines(words)
    if skipped:
        print(f"skipped ({suite}):", ", ".join(skipped), file=sys.stderr)
    print(passed, len(words))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
