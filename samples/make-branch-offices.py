#!/usr/bin/env python3
"""Makes samples/branch-offices.json: a freight company with a hub in Hamburg, regional centres in
Houston and Singapore, and a branch in each of 40 ports.

    samples/make-branch-offices.py            writes the file
    samples/make-branch-offices.py --check    says whether the file is what this program makes

A branch hangs on its centre by one line. The cost of a line is Microsoft's advice, 1024 /
log10(speed in kbit/s). Below 1 Mbit/s a line carries replication at night only (20:00 to 06:00 of
the branch, UTC in the file, without summer time) and announces nothing; below 10 Mbit/s it is asked
once an hour. Some branches have a second, slower line to a neighbour. The smallest have a read-only
controller.
"""

import json
import math
import pathlib
import sys

TARGET = pathlib.Path(__file__).resolve().parent / "branch-offices.json"

# Name, latitude, longitude, controllers.
HUB = ("hamburg", 53.5511, 9.9937, 3)
CENTRES = [("houston", 29.7604, -95.3698, 2), ("singapore", 1.3521, 103.8198, 2)]
BACKBONE = [("hamburg", "houston", 1_000_000), ("hamburg", "singapore", 500_000),
            ("houston", "singapore", 100_000)]

# Name, latitude, longitude, hours ahead of UTC, line in kbit/s, controllers; 0: one, read-only.
BRANCHES = {
    "hamburg": [
        ("oslo", 59.9139, 10.7522, 1, 100_000, 2),
        ("bergen", 60.3913, 5.3221, 1, 10_000, 1),
        ("gdansk", 54.3520, 18.6466, 1, 20_000, 1),
        ("rotterdam", 51.9244, 4.4777, 1, 1_000_000, 2),
        ("antwerp", 51.2194, 4.4025, 1, 100_000, 2),
        ("le-havre", 49.4944, 0.1079, 1, 20_000, 1),
        ("bilbao", 43.2630, -2.9350, 1, 10_000, 1),
        ("lisbon", 38.7223, -9.1393, 0, 20_000, 1),
        ("genoa", 44.4056, 8.9463, 1, 100_000, 1),
        ("piraeus", 37.9420, 23.6465, 2, 10_000, 1),
        ("istanbul", 41.0082, 28.9784, 3, 20_000, 1),
        ("constanta", 44.1598, 28.6348, 2, 2_000, 1),
        ("alexandria", 31.2001, 29.9187, 2, 2_000, 1),
        ("dakar", 14.7167, -17.4677, 0, 512, 0),
        ("lagos", 6.5244, 3.3792, 1, 1_000, 1),
        ("nuuk", 64.1836, -51.7214, -2, 256, 0),
    ],
    "houston": [
        ("new-orleans", 29.9511, -90.0715, -6, 100_000, 2),
        ("tampa", 27.9506, -82.4572, -5, 20_000, 1),
        ("savannah", 32.0809, -81.0912, -5, 20_000, 1),
        ("newark", 40.7357, -74.1724, -5, 1_000_000, 2),
        ("halifax", 44.6488, -63.5752, -4, 10_000, 1),
        ("veracruz", 19.1738, -96.1342, -6, 4_000, 1),
        ("kingston", 17.9714, -76.7920, -5, 512, 0),
        ("cartagena", 10.3910, -75.4794, -5, 2_000, 1),
        ("callao", -12.0508, -77.1260, -5, 2_000, 1),
        ("valparaiso", -33.0472, -71.6127, -4, 1_000, 1),
        ("santos", -23.9608, -46.3336, -3, 10_000, 1),
        ("buenos-aires", -34.6037, -58.3816, -3, 4_000, 1),
    ],
    "singapore": [
        ("mumbai", 19.0760, 72.8777, 5.5, 20_000, 2),
        ("colombo", 6.9271, 79.8612, 5.5, 2_000, 1),
        ("chittagong", 22.3569, 91.7832, 6, 512, 0),
        ("yangon", 16.8409, 96.1735, 6.5, 256, 0),
        ("jakarta", -6.2088, 106.8456, 7, 10_000, 1),
        ("manila", 14.5995, 120.9842, 8, 4_000, 1),
        ("haiphong", 20.8449, 106.6881, 7, 512, 1),
        ("kaohsiung", 22.6273, 120.3014, 8, 100_000, 1),
        ("busan", 35.1796, 129.0756, 9, 100_000, 2),
        ("yokohama", 35.4437, 139.6380, 9, 1_000_000, 2),
        ("fremantle", -32.0569, 115.7439, 8, 10_000, 1),
        ("auckland", -36.8509, 174.7645, 12, 2_000, 1),
    ],
}
SECOND_LINES = [("oslo", "bergen", 4_000), ("rotterdam", "antwerp", 100_000),
                ("piraeus", "alexandria", 1_000), ("dakar", "lisbon", 256),
                ("new-orleans", "tampa", 10_000), ("halifax", "nuuk", 128),
                ("santos", "buenos-aires", 2_000), ("callao", "valparaiso", 512),
                ("mumbai", "colombo", 1_000), ("yokohama", "busan", 10_000),
                ("fremantle", "jakarta", 512)]
NIGHT_BELOW = 1_000  # kbit/s
HOURLY_BELOW = 10_000


def night(hours_ahead):
    """20:00 to 06:00 there; a window that passes midnight belongs to its first day."""
    def utc(hour):
        quarters = round((hour - hours_ahead) * 4) % 96
        return f"{quarters // 4:02d}:{quarters % 4 * 15:02d}"
    return f"Mon-Sun {utc(20)}-{utc(6)}".replace("-00:00", "-24:00")


def link(one, other, speed, hours_ahead):
    made = {"sites": [one, other], "cost": round(1024 / math.log10(speed))}
    if speed < NIGHT_BELOW:
        made |= {"interval": "1h", "schedule": night(hours_ahead), "notify": False}
    elif speed < HOURLY_BELOW:
        made |= {"interval": "1h"}
    return made


def forest():
    ahead = {name: hours for branches in BRANCHES.values() for name, _, _, hours, _, _ in branches}
    places = [HUB, *CENTRES]
    links = [link(one, other, speed, 0) for one, other, speed in BACKBONE]
    for centre, branches in BRANCHES.items():
        for name, latitude, longitude, hours, speed, controllers in branches:
            places.append((name, latitude, longitude, controllers))
            links.append(link(centre, name, speed, hours))
    links += [link(one, other, speed, ahead[one]) for one, other, speed in SECOND_LINES]
    sites, controllers = [], []
    for number, (name, latitude, longitude, count) in enumerate(places):
        sites.append({
            "name": name,
            "coordinates": {"latitude": latitude, "longitude": longitude},
            "subnets": [f"10.{number}.0.0/16"],
        })
        for at in range(1, max(count, 1) + 1):
            controllers.append({"name": f"{name}-{at}", "site": name}
                               | ({"read_only": True} if count == 0 else {}))
    assert sum(map(len, BRANCHES.values())) == 40
    return {"sites": sites, "links": links, "controllers": controllers}


def text():
    """A line for each site, link and controller."""
    lines = ['{', '  "$schema": "../docs/schemas/forest.schema.json",', '  "name": "freight",',
             '  "domains": [{"dn": "dc=freight,dc=example"}],']
    parts = [f'  "{key}": [\n' + ",\n".join("    " + json.dumps(entry) for entry in entries) + "\n  ]"
             for key, entries in forest().items()]
    return "\n".join(lines) + "\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text():
            sys.exit("samples/branch-offices.json differs from what samples/make-branch-offices.py "
                     "makes: run it")
    elif not sys.argv[1:]:
        TARGET.write_text(text(), encoding="utf-8")
    else:
        sys.exit(__doc__)
