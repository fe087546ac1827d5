#!/usr/bin/env python3
"""samples/monitoring against a real /metrics: six_controllers.py PROGRAM monitoring_test.py

Every metric and label that the alert rules and the dashboard use must be in the answer of six real
controllers, and the answer must tell of each partner and naming context that the status has.
"""

import http.client
import json
import os
import pathlib
import re
import sys
import time
import urllib.parse

import yaml

PATIENCE = 30  # seconds
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "samples/monitoring"
OF_PARTNERS = ["lag_changes", "lag_objects", "lag_seconds", "last_attempt_timestamp_seconds",
               "last_success_timestamp_seconds", "failures", "received_bytes_total",
               "received_objects_total", "received_values_total", "standby"]
SAMPLE = re.compile(r'([a-z_]+)\{([^{}]*)\} (-?[0-9][0-9.e+-]*)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')
METRIC = re.compile(r"\bringspan_[a-z_]+")
DURATION = re.compile(r"[0-9]+(s|m|h|d)")


def read_from_page(link):
    """The text of /metrics and the status, for a reader."""
    page = urllib.parse.urlsplit(link)
    connection = http.client.HTTPConnection(page.netloc, timeout=30)

    def ask(method, path, body=None, **headers):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, (path, answer.status, text)
        return answer, text

    code = page.fragment.removeprefix("code=")
    signed_in, _ = ask("POST", "/api/session", json.dumps({"code": code}))
    cookie = signed_in.headers["Set-Cookie"].split(";")[0]
    deadline = time.monotonic() + PATIENCE
    while True:  # a standby that has just begun has had no success yet
        _, status = ask("GET", "/api/status", Cookie=cookie)
        if all(line["last_success"] for line in json.loads(status)["connections"]):
            break
        assert time.monotonic() < deadline, status
    answer, metrics = ask("GET", "/metrics", Cookie=cookie)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers
    return metrics, json.loads(status)


def read_metrics(text):
    """{metric: [its labels, sample by sample]}; the text must have Prometheus' form."""
    assert text.endswith("\n")
    types, metrics = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("gauge", "counter"), line
            types[name] = kind
        elif not line.startswith("# HELP "):
            sample = SAMPLE.fullmatch(line)
            assert sample and sample[1] in types, line
            labels = dict(LABEL.findall(sample[2]))
            assert labels not in metrics.setdefault(sample[1], []), f"twice: {line}"
            metrics[sample[1]].append(labels)
    return metrics


def check_partners(metrics, status):
    partners = [{name: line[name] for name in ("source", "destination", "naming_context")}
                for line in status["connections"]]
    assert len(partners) >= 30, partners  # ten connections of three naming contexts
    for name in OF_PARTNERS:
        found = metrics["ringspan_" + name]
        missing = [partner for partner in partners if partner not in found]
        assert not missing, (name, missing)


def check_expression(expression, metrics):
    """Each metric in it exists, and has each label that the expression names."""
    names = METRIC.findall(expression)
    assert names, f"no metric of ours in {expression}"
    for name in names:
        assert name in metrics, f"{name} is not in /metrics: {expression}"
    known = set.intersection(*(set(metrics[name][0]) for name in names))
    used = re.findall(r"([a-z_]+)=~?\"", expression)
    for group in re.findall(r"\bby \(([^)]*)\)", expression):
        used += [label.strip() for label in group.split(",")]
    for label in used:
        assert label in known, f"{label} is no label: {expression}"
    assert expression.count("(") == expression.count(")"), expression
    return known


def check_rules(metrics):
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
    assert list(rules) == ["groups"]
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) > 0
    for rule in alerts:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}, rule
        assert DURATION.fullmatch(rule["for"]), rule
        assert rule["labels"]["severity"] in ("warning", "critical"), rule
        kept = re.findall(r"\bby \(([^)]*)\)", rule["expr"])
        labels = {label.strip() for group in kept for label in group.split(",")}
        check_expression(rule["expr"], metrics)
        for words in (rule["annotations"]["summary"], rule["annotations"]["description"]):
            for label in re.findall(r"\$labels\.([a-z_]+)", words):
                assert label in labels, f"{rule['alert']}: {label} is aggregated away"


def check_dashboard(metrics):
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 0
    places = set()
    for panel in panels:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert x < 24 and (x, y) not in places, f"{panel['title']} covers another"
                places.add((x, y))
        for target in panel["targets"]:
            known = check_expression(target["expr"], metrics)
            for label in re.findall(r"\{\{([a-z_]+)\}\}", target["legendFormat"]):
                assert label in known, (panel["title"], label)
    variables = {variable["name"]: variable["query"] for variable in dashboard["templating"]["list"]}
    for name in re.findall(r"\$([a-z_]+)", json.dumps([panel["targets"] for panel in panels])):
        assert name in variables, f"${name} is no variable"
    for query in variables.values():
        for name, label in re.findall(r"label_values\(([a-z_]+), ([a-z_]+)\)", query):
            assert label in metrics[name][0], query


def check_scraping():
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    assert all((FOLDER / file).is_file() for file in config["rule_files"])
    assert [job["metrics_path"] for job in config["scrape_configs"]] == ["/metrics"]
    assert config["scrape_configs"][0]["authorization"]["type"] == "Bearer"


def main():
    text, status = read_from_page(os.environ["RINGSPAN_PAGE_READER_URL"])
    metrics = read_metrics(text)
    check_partners(metrics, status)
    check_rules(metrics)
    check_dashboard(metrics)
    check_scraping()
    used = METRIC.findall("".join(file.read_text(encoding="utf-8") for file in FOLDER.iterdir()))
    print(f"{len(metrics)} metrics; {len(set(used) & set(metrics))} of them used")


if __name__ == "__main__":
    sys.exit(main())
