# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the parts of the documentation that repeat something: `python3 tests/update-docs.py`.

A part stands between two marks, which are comments: `# BEGIN name` and `# END name` in the YAML of modules and roles,
`<!-- BEGIN name -->` in Markdown, `.. BEGIN name` in reStructuredText. In YAML a part is a block of a file below
`tests/docs`. On a page it is a table that is made from the modules, roles and playbooks.

A block has a `text`, the YAML to write, which may hold `${name}`. Its `parameters` are these names with their defaults.
A parameter without a default must be given behind the name of the block: `# BEGIN plan kinds=V(snapshot)`. A block with
`like` is another block with other defaults. In roles `suboptions` are written as `options`, and `O(...)` as `C(...)`.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import re
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "openprotect.backup."
REPOSITORY = "https://github.com/openprotect/ansible-collection-backup/blob/main"
WRITTEN = (
    "plugins/modules/*.py",
    "roles/*/meta/argument_specs.yml",
    "playbooks/*.meta.yml",
    "README.md",
    "docs/docsite/rst/*.rst",
)
WIDTH = 120
BEGIN = re.compile(r"(?P<indent> *)(?P<open># |<!-- |\.\. )BEGIN (?P<name>[a-z_]+)(?P<given>.*?)(?P<close>| -->)")
PLACE = re.compile(r"\$\{([a-z_]+)\}")


class DocsError(Exception):
    """Something in the source or in the marks is wrong."""


@dataclass(frozen=True)
class Block:
    """A piece of YAML that is written in several places."""

    text: dict[str, Any]
    parameters: dict[str, str | None]

    def filled(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Return the text with values for the parameters. A default may hold parameters that stand before it."""
        if unknown := set(given) - set(self.parameters):
            raise DocsError(f"there is no parameter {', '.join(sorted(unknown))}")
        values: dict[str, str] = {}
        for name, default in self.parameters.items():
            if name in given:
                values[name] = given[name]
            elif default is not None:
                values[name] = fill(default, values)
        filled: dict[str, Any] = fill(self.text, values)
        return filled


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """Return a value with each `${name}` in its texts replaced."""
    if isinstance(value, dict):
        return {key: fill(inside, values) for key, inside in value.items()}
    if isinstance(value, list):
        return [fill(each, values) for each in value]
    if isinstance(value, str):
        if lacking := set(PLACE.findall(value)) - set(values):
            raise DocsError(f"the parameter {', '.join(sorted(lacking))} is not given")
        return PLACE.sub(lambda found: values[found[1]], value)
    return value


def read_blocks(source: Iterable[Path]) -> dict[str, Block]:
    """Return the blocks of the source files by name."""
    blocks: dict[str, Block] = {}
    for path in source:
        for name, said in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if name in blocks:
                raise DocsError(f"{path.name}: there are two blocks {name}")
            base = blocks[said["like"]] if "like" in said else Block({}, {})
            blocks[name] = Block(said.get("text", base.text), {**base.parameters, **said.get("parameters", {})})
    return blocks


# ---- YAML -----------------------------------------------------------------------------------------------------------


def yaml_lines(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    """Yield a mapping as people write it: long texts are wrapped, choices stand on one line."""
    space = " " * indent
    for key, inside in value.items():
        if isinstance(inside, dict) and inside:
            yield f"{space}{key}:"
            yield from yaml_lines(inside, indent + 2)
        elif isinstance(inside, list) and inside and key != "choices":
            yield f"{space}{key}:"
            for each in inside:
                yield from wrapped(f"{space}  - ", each, f"{space}    ")
        else:
            yield from wrapped(f"{space}{key}: ", inside, f"{space}  ")


def wrapped(start: str, value: Any, space: str) -> list[str]:
    """Return a plain value as lines, the first one behind `start`, the others behind `space`."""
    text = yaml.safe_dump(value, default_flow_style=True, width=sys.maxsize, allow_unicode=True)
    return textwrap.wrap(
        text.removesuffix("...\n"),
        WIDTH,
        initial_indent=start,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_in_roles(value: Any) -> Any:
    """Return a piece of the documentation of modules as the argument spec of a role has it."""
    if isinstance(value, dict):
        return {"options" if key == "suboptions" else key: as_in_roles(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [as_in_roles(each) for each in value]
    return re.sub(r"\bO\(", "C(", value) if isinstance(value, str) else value


def role_variables(role: str, prefix: str = "") -> dict[str, Any]:
    """Return the variables of a role as a playbook lists them, without what is inside of them.

    :param prefix: Begin of other variables, which a playbook takes in place of those of the role. They have no default.
    """
    path = ROOT / "roles" / role / "meta" / "argument_specs.yml"
    options = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    if not prefix:
        own = {name: {key: each[key] for key in each if key != "options"} for name, each in options.items()}
        return {
            name: {**each, "description": re.sub(r"\b[OV]\(", "C(", " ".join(each["description"]))}
            for name, each in own.items()
        }
    switches = yaml.safe_load((ROOT / "playbooks" / "vars" / "converge.yml").read_text(encoding="utf-8"))
    return {
        name.replace(f"{role}_", prefix, 1): {
            "description": f"In place of C({name}), for one run.",
            **{key: options[name][key] for key in ("type", "choices") if key in options[name]},
        }
        for name in switches
    }


# ---- tables ---------------------------------------------------------------------------------------------------------


def constant(path: Path, name: str) -> Any:
    """Return the YAML in a constant of a Python file, at its top or in a class."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise DocsError(f"{path.name} has no {name}")


def modules_table() -> Iterator[str]:
    """Yield the table of the modules in the order of the action groups; those of no group stand between them."""
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    yield from ("| Modules | |", "| --- | --- |")
    grouped = {*groups["trilio"], *groups["acronis"]}
    others = sorted({path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} - grouped)
    for module in (*groups["trilio"], *others, *groups["acronis"]):
        said = constant(ROOT / "plugins" / "modules" / f"{module}.py", "DOCUMENTATION")
        yield f"| `{PREFIX}{module}` | {said['short_description']} |"


def roles_table() -> Iterator[str]:
    """Yield the table of the roles."""
    yield from ("| Roles | |", "| --- | --- |")
    for path in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        role = path.parents[1].name
        main = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]
        yield f"| [`{PREFIX}{role}`]({REPOSITORY}/roles/{role}/README.md) | {main['short_description']} |"


def acronis_variables_table() -> Iterator[str]:
    """Yield the table of the options that the environment can give to the modules of Acronis."""
    options = constant(ROOT / "plugins" / "doc_fragments" / "_acronis.py", "DOCUMENTATION")["options"]
    variables = {name: re.findall(r"\bE\((\w+)\)", str(option["description"])) for name, option in options.items()}
    rows = {f"``{name}``": ", ".join(f"``{each}``" for each in found) for name, found in variables.items()}
    yield from list_table((30, 70), {"Option": "Variables, in this order", **rows})


def converge_variables_table() -> Iterator[str]:
    """Yield the table of the variables that the playbook converge takes in place of those of its role."""
    switches = yaml.safe_load((ROOT / "playbooks" / "vars" / "converge.yml").read_text(encoding="utf-8"))
    names = [name.removeprefix("protect_") for name in switches]
    rows = {f"``converge_{name}``": f":ansopt:`{PREFIX}protect#role:main:protect_{name}`" for name in names}
    yield from list_table((30, 70), {"Variable of the playbooks": "Variable of the role", **rows})


def list_table(widths: Iterable[int], rows: Mapping[str, str]) -> Iterator[str]:
    """Yield a table of reStructuredText; the first row is the heading."""
    yield from (".. list-table::", "   :header-rows: 1", f"   :widths: {' '.join(map(str, widths))}", "")
    for first, second in rows.items():
        yield from (f"   * - {first}", f"     - {second}")


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "acronis_variables": acronis_variables_table,
    "converge_variables": converge_variables_table,
    "modules": modules_table,
    "roles": roles_table,
}


# ---- files ----------------------------------------------------------------------------------------------------------


def part(mark: re.Match[str], blocks: Mapping[str, Block], *, in_role: bool) -> list[str]:
    """Return the lines that belong below a mark."""
    name, given = mark["name"], dict(each.split("=", 1) for each in shlex.split(mark["given"]))
    if mark["open"] != "# ":
        if name not in TABLES:
            raise DocsError(f"there is no table {name}")
        return ["", *TABLES[name](), ""]
    if name == "role_variables":
        return list(yaml_lines(role_variables(**given), len(mark["indent"])))
    if name not in blocks:
        raise DocsError(f"there is no block {name}")
    value = blocks[name].filled(given)
    return list(yaml_lines(as_in_roles(value) if in_role else value, len(mark["indent"])))


def end_of(mark: re.Match[str], lines: list[str], start: int) -> int:
    """Return the index of the line that ends the part, which holds no other part."""
    end = f"{mark['indent']}{mark['open']}END {mark['name']}{mark['close']}"
    for number in range(start, len(lines)):
        if lines[number] == end:
            return number
        if BEGIN.fullmatch(lines[number]):
            break
    raise DocsError(f"line {start}: '{mark[0].strip()}' is not followed by '{end.strip()}'")


def updated(text: str, blocks: Mapping[str, Block], *, in_role: bool = False) -> str:
    """Return the text of a file with all its parts written anew."""
    lines, number, result = text.split("\n"), 0, []
    while number < len(lines):
        result.append(lines[number])
        number += 1
        if not (mark := BEGIN.fullmatch(result[-1])):
            continue
        inside = lines[number : end_of(mark, lines, number)]
        try:
            result += part(mark, blocks, in_role=in_role)
        except (DocsError, ValueError) as exc:
            raise DocsError(f"line {number}, {mark['name']}: {exc}") from exc
        number += len(inside)
    return "\n".join(result)


def changes() -> Iterator[tuple[Path, str, str]]:
    """Yield each file whose parts are not up to date, with its text and the text that it should have."""
    blocks = read_blocks(sorted((ROOT / "tests" / "docs").glob("*.yml")))
    for path in sorted(path for pattern in WRITTEN for path in ROOT.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        try:
            new = updated(text, blocks, in_role=path.suffix == ".yml")
        except DocsError as exc:
            raise DocsError(f"{path.relative_to(ROOT)}, {exc}") from exc
        if new != text:
            yield path, text, new


def main(arguments: list[str]) -> str | int:
    """Update the files, or show with `--check` what would change. Return what to exit with."""
    parser = argparse.ArgumentParser(description="Write the parts of the documentation that are made from one source.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something would change")
    check = parser.parse_args(arguments).check
    try:
        found = list(changes())
    except DocsError as exc:
        return str(exc)
    for path, text, new in found:
        name = str(path.relative_to(ROOT))
        if check:
            lines = difflib.unified_diff(text.split("\n"), new.split("\n"), name, f"{name} (new)", lineterm="")
            print(*lines, sep="\n")
        else:
            path.write_text(new, encoding="utf-8")
            print(f"updated {name}")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
