#!/usr/bin/env python3
"""Makes samples/geant.json of the Internet Topology Zoo's map of GEANT.

    samples/make-geant.py samples/wan/zoo-Geant2012.graphml > samples/geant.json

Each node becomes a site with two controllers, each edge a site link. The cost of a link is
Microsoft's advice, 1024 / log10(speed in kbit/s), where the map knows the speed. Where it does not,
the cost follows from the distance: 150 for none, and one more for each 20 km, so that a short
unknown link costs about as much as one of 5 Gbit/s and one of 1,000 km a little less than one of
100 Mbit/s. Where an end has no coordinates, 200. Parallel edges: the cheapest counts.
"""

import json
import math
import sys
import xml.etree.ElementTree as ElementTree

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
CONTROLLERS_PER_SITE = 2


def read_graph(file):
    """Nodes by id and the list of edges, each with its attributes under their names."""
    document = ElementTree.parse(file).getroot()
    names = {key.get("id"): key.get("attr.name") for key in document.iter(NAMESPACE + "key")}

    def attributes(element):
        return {names[data.get("key")]: data.text for data in element.iter(NAMESPACE + "data")}

    nodes = {node.get("id"): attributes(node) for node in document.iter(NAMESPACE + "node")}
    edges = [
        (edge.get("source"), edge.get("target"), attributes(edge))
        for edge in document.iter(NAMESPACE + "edge")
    ]
    return nodes, edges


def coordinates(node):
    if "Latitude" not in node or "Longitude" not in node:
        return None
    return float(node["Latitude"]), float(node["Longitude"])


def kilometres(one, other):
    """Along the great circle."""
    (lat1, lon1), (lat2, lon2) = ([math.radians(x) for x in point] for point in (one, other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(half))


def cost(edge, source, target):
    if "LinkSpeedRaw" in edge:
        return round(1024 / math.log10(float(edge["LinkSpeedRaw"]) / 1000))
    if coordinates(source) and coordinates(target):
        return round(150 + kilometres(coordinates(source), coordinates(target)) / 20)
    return 200


def forest(nodes, edges):
    labels = {identity: node["label"].lower() for identity, node in nodes.items()}
    if len(set(labels.values())) != len(labels):
        sys.exit("two nodes have one label; this script names sites by their labels")
    sites, controllers = [], []
    for identity, node in nodes.items():
        site = {"name": labels[identity]}
        if coordinates(node):
            latitude, longitude = coordinates(node)
            site["coordinates"] = {"latitude": latitude, "longitude": longitude}
        sites.append(site)
        for number in range(1, CONTROLLERS_PER_SITE + 1):
            controllers.append({"name": f"{labels[identity]}-{number}", "site": labels[identity]})
    costs = {}
    for source, target, edge in edges:
        if source == target:
            continue
        pair = tuple(sorted((labels[source], labels[target])))
        price = cost(edge, nodes[source], nodes[target])
        costs[pair] = min(price, costs.get(pair, price))
    return {
        "$schema": "../docs/schemas/forest.schema.json",
        "name": "geant",
        "domains": [{"dn": "dc=geant,dc=example"}],
        "sites": sorted(sites, key=lambda site: site["name"]),
        "links": [{"sites": list(pair), "cost": price} for pair, price in sorted(costs.items())],
        "controllers": sorted(controllers, key=lambda controller: controller["name"]),
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    nodes, edges = read_graph(sys.argv[1])
    print(json.dumps(forest(nodes, edges), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
