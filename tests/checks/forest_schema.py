#!/usr/bin/env python3
"""The schemas that editors and scripts use agree with the program.

Every forest under tests/unit/forests/good and samples is valid, every one under bad is not, except
under bad/beyond-schema: there lie faults that a schema cannot see, such as references to nothing.
The unit tests hold the reader to the same files. Given a folder of plans, checks those as well.
"""

import json
import pathlib
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORESTS = ROOT / "tests" / "unit" / "forests"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def validator(name):
    schema = load(ROOT / "docs" / "schemas" / name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def open_objects(schema, path="#"):
    """Objects of a schema that would let unknown keys pass."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("additionalProperties") is not False:
            yield path
        for key, value in schema.items():
            yield from open_objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from open_objects(value, f"{path}/{index}")


def disagreements():
    forest = validator("forest.schema.json")
    plan = validator("plan.schema.json")
    for checker in (forest, plan):
        for path in open_objects(checker.schema):
            yield f"{checker.schema['$id']}: {path} lets unknown keys pass"
    valid = [*FORESTS.glob("good/*.json"), *FORESTS.glob("bad/beyond-schema/*.json")]
    valid += [path for path in (ROOT / "samples").glob("*.json") if "sites" in load(path)]
    for path in sorted(valid):
        for error in forest.iter_errors(load(path)):
            yield f"{path}: the schema refuses it at {error.json_path}: {error.message}"
    for path in sorted(FORESTS.glob("bad/*.json")):
        if forest.is_valid(load(path)):
            yield f"{path}: the schema accepts it"
    for folder in sys.argv[1:]:
        for path in sorted(pathlib.Path(folder).glob("*.json")):
            for error in plan.iter_errors(load(path)):
                yield f"{path}: no plan at {error.json_path}: {error.message}"


def main():
    found = list(disagreements())
    print("\n".join(found) or "schemas and files agree")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
