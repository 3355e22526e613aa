#!/usr/bin/env python3
"""Checks resources/SERVICE.tsv against the AWS tables and the input shapes; one line a fault, exit 1 if any.

Usage: python3 check.py [--services athena,ecs]

Columns: service, operation, resources, also, keys, notes. `;` separates the parts of a column.

resources   `*` | KIND(ARG, …) | A | B (the first that is there) | EXPR? (may yield nothing) | !REASON (undetermined)
            ARG is a member path, `PATH ?? 'literal'` or `'literal'`; `[]` walks a list, `{}` a map. The last
            alternative may be `*` or a !REASON.
            id(PATH), of EC2 alone, is a resource of whatever type the id begins with.
also        when PATH: ACTION on EXPR   (`same` = the row's resources)   |   when PATH: pass PATH to SERVICE
            Either may want a value: when PATH = 'VALUE': …
keys        KEY = PATH | 'literal' | PATH ?? 'literal' | KIND(ARG, …) | KIND(ARG, …)?   and   @account = PATH

A value that is an ARN is read by its own (the most specific) template: it is KIND whole if it fits KIND, else it fills the placeholders of
KIND that bear the names of its own (a cluster's ARN names the ClusterName of a service). `''` marks a placeholder
that only an ARN can fill; left empty, the call is undetermined. An alternative that an ARN does not fit is passed
over. A key goes to those actions of the row that list it; where its path walks the list that the resource walks, each
element gives its own resource its own value. A resource that has to be looked up is told by `lookup:` in the notes.
`dependent: …` in them, or `dependent when PATH: …`, is what AWS asks besides in the caller's name and no rule does: whatever
rests on the row is our reading then.
"""

import argparse
import csv
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
TABLES = HERE.parent.parent / "aws" / "data"
HEADER = ["service", "operation", "resources", "also", "keys", "notes"]
ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
KIND = re.compile(r"([A-Za-z0-9 -]+)\((.*)\)")
LITERAL = re.compile(r"'[^']*'")
REASON = re.compile(r"![A-Za-z][^;|']*")
ALSO = re.compile(r"when (?P<when>\S+?)(?: = '[^']*')?: (?:pass (?P<role>\S+) to (?P<to>[a-z0-9.-]+)|(?P<action>\S+) on (?P<on>.+))")


class Fault(Exception):
    pass


def table(name):
    with open(TABLES / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def split(text, mark):
    """Splits at `mark` outside of quotes and parentheses."""
    parts, depth, quoted, part = [], 0, False, ""
    for letter in text:
        quoted ^= letter == "'"
        depth += (letter == "(") - (letter == ")") if not quoted else 0
        if letter == mark and not quoted and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return [part for part in [*parts, part.strip()] if part]


class Tables:
    def __init__(self):
        self.operations = {}
        for row in table("operations.tsv"):
            self.operations.setdefault(row["service"], {})[row["operation"]] = row
        self.kinds = {}
        for row in table("resource-types.tsv"):
            own = re.findall(r"\$\{(?!Partition|Region|Account\})[A-Za-z0-9]+\}", row["arn_template"])
            self.kinds.setdefault(row["service"], {})[row["resource_type"]] = len(own)
        self.actions = {}
        for row in table("action-condition-keys.tsv"):
            keys = f"{row['action_condition_keys']}, {row['resource_condition_keys']}"
            self.actions[row["action"]] = {key.strip() for key in keys.split(",") if key.strip()}
        self.shapes = {}

    def shape(self, service):
        if service not in self.shapes:
            self.shapes[service] = json.loads((TABLES / "shapes" / f"{service}.json").read_text(encoding="utf-8"))
        return self.shapes[service]


class Row:
    """One row beside the operation that it is about."""

    def __init__(self, tables, values, operation):
        self.tables, self.values, self.operation = tables, values, operation
        self.actions = ACTION.findall(operation["iam_actions"])
        self.used = set()

    def faults(self):
        for check in (self.resources, self.also, self.keys, self.required, self.dependent):
            try:
                check()
            except Fault as fault:
                yield f"{self.values['service']}\t{self.values['operation']}\t{fault}"

    def path(self, path):
        """Follows a member path through the input shape."""
        service = self.tables.shape(self.values["service"])
        kind = service["operations"][self.values["operation"]].get("input")
        for step in path.split("."):
            name, marks = re.fullmatch(r"([A-Za-z0-9_-]+)((?:\[\]|\{\})*)", step).groups() if step else ("", "")
            within = service["shapes"].get(kind, {})
            members = within.get("members", [])
            kind = next((member["type"] for member in members if member["name"] == name), None)
            # A step within a map is one of its keys (`Attributes.SubscriptionRoleArn`).
            if "map" in within:
                kind = within["map"][1]["type"]
            if kind is None:
                raise Fault(f"no member `{name}` in path `{path}`")
            for mark in re.findall(r"\[\]|\{\}", marks):
                inner = service["shapes"].get(kind, {})
                if ("list" if mark == "[]" else "map") not in inner:
                    raise Fault(f"`{path}` walks what is no {'list' if mark == '[]' else 'map'}")
                kind = inner["list"]["type"] if mark == "[]" else inner["map"][1]["type"]
            shape = service["shapes"].get(kind, {})
        if path.endswith("{}"):
            return
        if "list" in shape or "map" in shape:
            raise Fault(f"`{path}` ends at a list or a map")

    def argument(self, text):
        """The list that an argument walks, if it walks one."""
        if LITERAL.fullmatch(text):
            return None
        path, _, default = text.partition(" ?? ")
        if default and not LITERAL.fullmatch(default):
            raise Fault(f"default `{default}` is no literal")
        if not re.fullmatch(r"[A-Za-z0-9_.\[\]{}-]+", path):
            raise Fault(f"`{path}` is no path")
        self.path(path)
        walk = max(path.rfind("[]"), path.rfind("{}"))
        return path[: walk + 2] if walk >= 0 else None

    def kind(self, text, services):
        found = KIND.fullmatch(text)
        if not found:
            raise Fault(f"`{text}` is no resource")
        name, arguments = found[1], split(found[2], ",")
        if (self.values["service"], name) == ("ec2", "id"):
            return name
        counts = [self.tables.kinds[service][name] for service in services if name in self.tables.kinds.get(service, {})]
        if not counts:
            raise Fault(f"no resource type `{name}`")
        if len(arguments) != counts[0]:
            raise Fault(f"`{name}` has {counts[0]} placeholders, not {len(arguments)}")
        if len({walk for walk in map(self.argument, arguments) if walk}) > 1:
            raise Fault(f"`{text}` walks two lists")
        return name

    def expression(self, text, services):
        if text == "*" or text.startswith("!"):
            return set()
        parts = split(text.removesuffix("?"), "|")
        if parts[-1] == "*" or REASON.fullmatch(parts[-1]):
            parts.pop()
        return {self.kind(part, services) for part in parts}

    def resources(self):
        text = self.values["resources"]
        if not text:
            raise Fault("no resources")
        if text.startswith("!"):
            return
        services = {self.values["service"], *(action.split(":")[0] for action in self.actions)}
        for expression in split(text, ";"):
            self.used |= self.expression(expression, services)

    def also(self):
        for text in split(self.values["also"], ";"):
            found = ALSO.fullmatch(text)
            if not found:
                raise Fault(f"`{text}` is no further ask")
            path = found["when"]
            self.path(re.sub(r"(\[\]|\{\})$", "", path) + self.walk_of(path))
            if found["role"]:
                self.argument(found["role"])
                continue
            if found["action"] not in self.tables.actions:
                raise Fault(f"no action `{found['action']}`")
            self.actions.append(found["action"])
            if found["on"] != "same":
                self.expression(found["on"], {self.values["service"], found["action"].split(":")[0]})

    def walk_of(self, path):
        """`when Tags` asks whether a list or map is there: to follow it, it has to be walked."""
        for mark in ("", "[]", "{}"):
            try:
                self.path(re.sub(r"(\[\]|\{\})$", "", path) + mark)
                return mark
            except Fault:
                continue
        return ""

    def keys(self):
        listed = set().union(*(self.tables.actions.get(action, set()) for action in self.actions))
        services = {self.values["service"]}
        for text in split(self.values["keys"], ";"):
            key, found, value = text.partition(" = ")
            if not found:
                raise Fault(f"`{text}` is no key's rule")
            if key != "@account" and key not in listed:
                raise Fault(f"key `{key}` is not listed for {', '.join(self.actions)}")
            if KIND.fullmatch(value.removesuffix("?")):
                self.kind(value.removesuffix("?"), services)
            else:
                self.argument(value)

    def required(self):
        """Every resource type that AWS requires is asked, or the notes name it and say why not."""
        if self.values["resources"].startswith("!"):
            return
        for template in self.operation["resource_arn_templates"].split("; "):
            name, required, _ = template.split(" arn:")[0].partition("!")
            asked = {name, f"{name}-as-named"} & self.used or f"{name}:" in self.values["notes"]
            if required and not asked:
                raise Fault(f"required resource type `{name}` is not asked")

    def dependent(self):
        conditional, also = self.operation["conditional_actions"], self.values["also"]
        wanted = [action for action in ACTION.findall(conditional) if action.endswith(":TagResource")]
        for action in wanted:
            if action not in also and not self.values["resources"].startswith("!"):
                raise Fault(f"tags ask {action}, the row does not")
        if "iam:PassRole" in conditional and "pass " not in also and "PassRole" not in self.values["notes"]:
            raise Fault("the operation passes a role, the row does not")


def check(tables, service):
    path = HERE / "resources" / f"{service}.tsv"
    if not path.exists():
        return [f"{service}\t-\tno file {path.name}"]
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    if not lines or lines[0] != HEADER:
        return [f"{service}\t-\theader is not {' '.join(HEADER)}"]
    faults, names = [], []
    for line in lines[1:]:
        if len(line) != len(HEADER) or line[0] != service:
            faults.append(f"{service}\t{line[1] if len(line) > 1 else '-'}\tnot six columns of this service")
            continue
        names.append(line[1])
        operation = tables.operations[service].get(line[1])
        if operation is None:
            faults.append(f"{service}\t{line[1]}\tno such operation")
        else:
            faults += Row(tables, dict(zip(HEADER, line)), operation).faults()
    faults += [f"{service}\t{name}\tno row" for name in sorted(tables.operations[service].keys() - set(names))]
    faults += [f"{service}\t{name}\ttwo rows" for name in sorted(set(names)) if names.count(name) > 1]
    if names != sorted(names):
        faults.append(f"{service}\t-\tnot sorted")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", help="only these, by comma")
    chosen = parser.parse_args().services
    services = chosen.split(",") if chosen else sorted(path.stem for path in (HERE / "resources").glob("*.tsv"))
    tables = Tables()
    faults = [fault for service in services for fault in check(tables, service)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
