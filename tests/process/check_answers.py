#!/usr/bin/env python3
"""Holds the answers of real controllers to docs/schemas.

    check_answers.py FOLDER      # of files named SCHEMA.ANYTHING.json

Prints a line for each answer that its schema does not allow.
"""

import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schemas"


def main(folder):
    wrong = []
    answers = sorted(pathlib.Path(folder).glob("*.json"))
    for answer in answers:
        schema = json.loads((SCHEMAS / f"{answer.name.split('.')[0]}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        for error in jsonschema.Draft202012Validator(schema).iter_errors(
                json.loads(answer.read_text(encoding="utf-8"))):
            wrong.append(f"{answer.name}: {error.json_path}: {error.message}")
    print("\n".join(wrong) or f"{len(answers)} answers are as their schemas say")
    return 1 if wrong or not answers else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
