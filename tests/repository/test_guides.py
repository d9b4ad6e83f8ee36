# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README, guides and playbooks against what they speak of: errors, modules and options, schedules, commands."""

from __future__ import annotations

import ast
import functools
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.openprotect.backup.plugins.filter.workloads_of_policies import workloads_of_policies
from ansible_collections.openprotect.backup.plugins.module_utils._core import errors
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import fields as schedule_form
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    TRACKS,
    dialect_of_desired,
)

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"
README = ROOT / "README.md"
PAGES = [README, *sorted(GUIDES.glob("*.rst"))]
PREFIX = "openprotect.backup."
GROUPS = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]
CONNECTION = yaml.safe_load((ROOT / "playbooks" / "vars" / "connection.yml").read_text())["openprotect_connection"]

# One value for each option of a schedule; those of lines 4 and 5 are the values that the table of the guide shows.
EVERY_OPTION = {
    TRACKS: """
        {enabled: true, timezone: UTC, start_date: 2026-03-01, end_date: 2026-03-02, start_time: "22:00",
         manual: {retention: 1}, manual_retention_days: 1,
         hourly: {interval: 1, retention: 1}, daily: {backup_time: ["22:00"], retention: 1},
         weekly: {backup_day: [sun], retention: 1},
         monthly: {month_backup_day: [1, 15], retention: 1}, yearly: {backup_month: [jan], retention: 1}}""",
    INTERVAL: "{interval: 24, retention_count: 14, retention_days: 14, full_backup_interval: -1}",
}


def blocks(page: Path, languages: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each code block of a page in one of the languages (a regular expression)."""
    text = page.read_text()
    pattern = (
        rf"^```(?:{languages})\n(.*?)^```$"
        if page.suffix == ".md"
        else rf"^\.\. code-block:: (?:{languages})\n\n((?:(?: +.*)?\n)+)"
    )
    for found in re.finditer(pattern, text, re.MULTILINE | re.DOTALL if page.suffix == ".md" else re.MULTILINE):
        yield text.count("\n", 0, found.start()) + 1, textwrap.dedent(found.group(1))


def read_documents() -> Iterator[tuple[str, Any]]:
    """Yield a name and the content of all YAML for users: code blocks, playbooks, examples of modules and filters."""
    for page in PAGES:
        for line, text in blocks(page, r"yaml(?:\+jinja)?"):
            yield f"{page.name}:{line}", yaml.safe_load(text)
    for playbook in sorted(set((ROOT / "playbooks").glob("*.yml")) - set((ROOT / "playbooks").glob("*.meta.yml"))):
        yield playbook.name, yaml.safe_load(playbook.read_text())
    for module in sorted(
        path for kind in ("modules", "filter", "lookup") for path in (ROOT / "plugins" / kind).glob("*.py")
    ):
        yield f"{module.name}:EXAMPLES", yaml.safe_load(constant(module, "EXAMPLES"))


def constant(path: Path, name: str) -> str:
    """Return a string that is assigned in a Python file, at the top or in its class."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{path.name} has no {name}")


DOCUMENTS = list(read_documents())


@functools.cache
def module_options(name: str) -> dict[str, Any]:
    """Return the documented options of a module, those of its fragments included."""
    documentation = yaml.safe_load(constant(ROOT / "plugins" / "modules" / f"{name}.py", "DOCUMENTATION"))
    options: dict[str, Any] = dict(documentation["options"])
    for fragment in documentation["extends_documentation_fragment"]:
        file, _dot, part = fragment[len(PREFIX) :].partition(".")
        text = constant(ROOT / "plugins" / "doc_fragments" / f"{file}.py", part.upper() or "DOCUMENTATION")
        options.update(yaml.safe_load(text)["options"])
    return options


def check_options(where: str, given: Any, options: dict[str, Any]) -> None:
    """Make sure that the given options exist, down to the leaves, and that plain values are among the choices."""
    known = {name: option for key, option in options.items() for name in (key, *option.get("aliases", ()))}
    for key, value in given.items():
        assert key in known, f"{where}: there is no option {key}"
        option = known[key]
        if isinstance(value, dict) and option.get("suboptions"):
            check_options(f"{where}.{key}", value, option["suboptions"])
        for each in value if isinstance(value, list) else [value]:
            if "choices" in option and "{{" not in str(each):
                assert each in option["choices"], f"{where}.{key}: {each!r} is none of {option['choices']}"


def dictionaries(content: Any) -> Iterator[dict[str, Any]]:
    """Yield all dictionaries, at any depth; of backup policies, the workloads that they come to."""
    if isinstance(content, dict):
        if isinstance(content.get("protect_policies"), list):
            content = {**content, "protect_policies": workloads_of_policies(content["protect_policies"])}
        yield content
    for inner in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from dictionaries(inner)


def tasks() -> list[tuple[str, str, dict[str, Any]]]:
    """Return place, module and options of each of our tasks that users are shown, with those of C(module_defaults)."""
    found = []
    for where, content in DOCUMENTS:
        for each in dictionaries(content):
            found += [
                (where, key[len(PREFIX) :], value or {}) for key, value in each.items() if str(key).startswith(PREFIX)
            ]
    return found


def all_schedules() -> list[tuple[str, dict[str, Any]]]:
    """Return place and content of each schedule that users are shown."""
    found = [
        (where, each["schedule"])
        for where, content in DOCUMENTS
        for each in dictionaries(content)
        if "schedule" in each
    ]
    return [(where, each) for where, each in found if isinstance(each, dict)]


def codes() -> set[str]:
    """Return the codes of all errors."""
    classes, found = [errors.BackupError], set()
    while classes:
        found.add(classes[-1].code)
        classes += classes.pop().__subclasses__()
    return found


def test_guide_on_errors_explains_every_code_and_no_other() -> None:
    text = (GUIDES / "guide_errors.rst").read_text()
    headings = [found.group(1) for found in re.finditer(r"^([a-z_, ]+)\n-+$", text, re.MULTILINE)]
    explained = [code for heading in headings for code in heading.split(", ")]
    assert sorted(explained) == sorted(codes())
    for heading in headings[:-1]:
        section = text.split(f"\n{heading}\n-")[1].split("\n---")[0]
        for part in ("**Message:**", "**Cause:**", "**Cure:**"):
            assert part in section, f"{heading} has no {part}"


def patterns_of_messages() -> list[re.Pattern[str]]:
    """Return a pattern for each text in the source that may begin a message: what is filled in may be anything."""
    found = []
    for path in (ROOT / "plugins" / "module_utils").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in node.values]
                if sum(len(str(part.value)) for part in node.values if isinstance(part, ast.Constant)) >= 20:
                    found.append(re.compile("".join(parts)))
    return found


def test_messages_of_the_guide_on_errors_are_those_of_the_source() -> None:
    messages = re.findall(
        r"^\*\*Message:\*\* ``(.*?)``$", (GUIDES / "guide_errors.rst").read_text(), re.MULTILINE | re.DOTALL
    )
    assert len(messages) == len(codes()) - 2
    patterns = patterns_of_messages()
    for message in messages:
        line = " ".join(message.split())
        assert any(pattern.match(line) for pattern in patterns), line


def test_every_class_of_errors_has_its_own_code() -> None:
    classes = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.BackupError)
    ]
    assert len({each.code for each in classes}) == len(classes) == len(codes())


def test_there_are_tasks_of_every_module_to_check() -> None:
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert {module for _where, module, _given in tasks()} == modules
    assert {where.split(":")[0] for where, _module, _given in tasks()} >= {
        "README.md",
        "demo.yml",
        "guide_quick_start.rst",
        "guide_schedules.rst",
    }


@pytest.mark.parametrize(("where", "module", "given"), tasks())
def test_tasks_use_options_that_exist(where: str, module: str, given: dict[str, Any]) -> None:
    check_options(f"{where} {module}", given, module_options(module))


@pytest.mark.parametrize(("where", "content"), DOCUMENTS, ids=[where for where, _content in DOCUMENTS])
def test_module_defaults_use_groups_and_options_that_exist(where: str, content: Any) -> None:
    for each in dictionaries(content):
        for group, value in each.get("module_defaults", {}).items():
            own = each.get("vars", {})
            variables = {"{{ " + name + " }}": known for name, known in own.items()}
            ours = dict.fromkeys(("{{ openprotect_connection }}", "{{ replace_policy_connection }}"), CONNECTION)
            given = {**ours, **variables}.get(str(value), value)
            if group.startswith(f"group/{PREFIX}"):
                assert group[len(f"group/{PREFIX}") :] in GROUPS
                for module in GROUPS["acronis" if group.endswith(".acronis") else "trilio"]:
                    check_options(f"{where} {group}", given, module_options(module))


def test_there_are_schedules_of_both_forms_to_check() -> None:
    forms = {dialect_of_desired(each) for _where, each in all_schedules()}
    assert {TRACKS, INTERVAL} <= forms


@pytest.mark.parametrize("given", [pytest.param(given, id=where) for where, given in all_schedules()])
def test_schedules_are_accepted(given: dict[str, Any]) -> None:
    desired = schedule_parse.parse_schedule(given)
    form = dialect_of_desired(desired)
    if desired.get("enabled"):
        schedule_parse.check_schedule(desired, form or TRACKS)
    if form:
        assert schedule_compare.differences(desired, schedule_wire.read(schedule_wire.write(desired, form))) == []


def test_table_of_schedules_has_every_option_and_what_is_sent() -> None:
    text = (GUIDES / "guide_schedules.rst").read_text()
    table = text.split(".. list-table::")[1].split("\n\n.. code-block")[0].split("\n\nFor line 6")[0]
    rows = [re.split(r"\n +- ?", row) for row in table.split("\n   * - ")[2:]]
    sent_by_option = {row[0].strip("`"): (row[1], row[2]) for row in rows}
    assert list(sent_by_option) == list(schedule_form.SPEC)
    every_option = {form: yaml.safe_load(options) for form, options in EVERY_OPTION.items()}
    assert {option for options in every_option.values() for option in options} == set(schedule_form.SPEC)
    for column, (form, options) in enumerate(every_option.items()):
        for option, value in options.items():
            cell = sent_by_option[option][column]
            for key, sent in schedule_wire.write(schedule_parse.parse_schedule({option: value}), form).items():
                assert f"``{key}``" in cell, f"{option}: {key} is not in the table"
                if isinstance(sent, dict):
                    assert all(f"``{inner}``" in cell for inner in sent), f"{option}: {list(sent)} is not in the table"
                elif form == INTERVAL:
                    assert f'``"{sent}"``' in cell, f"{option}: {sent!r} is not in the table"


def table(text: str, heading: str) -> list[list[list[str]]]:
    """Return the rows of the list-table whose first heading is this, each the words in double backquotes by column."""
    rows: list[str] = text.split(f"\n   * - {heading}\n")[1].split("\n\n")[0].split("\n   * - ")[1:]
    return [[re.findall(r"``([^`]+)``", cell) for cell in row.split("\n     - ")] for row in rows]


def test_switches_and_faults_of_the_stand_in_exist() -> None:
    text = (GUIDES / "guide_stand_in.rst").read_text()
    known = dict(
        re.findall(
            r"^    (\w+): (.*?)(?: = .*)?$",
            (ROOT / "tests" / "emulator" / "trilio" / "switches.py").read_text(),
            re.MULTILINE,
        )
    )
    rows = table(text, "Switch")
    assert rows
    for names, values, *_rest in rows:
        for name in names:
            assert name in known, f"there is no switch {name}"
            if "Literal" in known[name] and values:
                assert sorted(values) == sorted(re.findall(r"[^\s,\[\]\"]+", known[name].split("[")[1])), name
    faults = re.search(
        r"FaultKind = Literal\[(.*?)\]", (ROOT / "tests" / "emulator" / "server" / "faults.py").read_text(), re.DOTALL
    )
    assert faults
    kinds = {kind for row in table(text, "Kind") for kind in row[0]}
    assert kinds
    assert kinds <= set(re.findall(r'"(\w+)"', faults.group(1)))


def test_commands_of_dev_py_exist() -> None:
    source = (ROOT / "dev.py").read_text()
    commands = set(re.findall(r'add_parser\(\s*"([a-z]+)"', source))
    options = set(re.findall(r'add_argument\(\s*"(--[a-z]+)"', source))
    launcher = (ROOT / "tests" / "cloud" / "cloud.py").read_text().split("def add_options_of_boot")[1]
    passed_on = set(re.findall(r'add\("(--[a-z-]+)"', launcher))
    shown = [found.group(1) for page in PAGES for found in re.finditer(r"python3 dev\.py([^`\n#]*)", page.read_text())]
    assert {words.split()[0] for words in shown if words.split()} >= {"demo", "test", "cloud"}
    for words in shown:
        for number, word in enumerate(words.split()):
            if word.startswith("--"):
                known = passed_on if words.split()[0] == "boot" else options
                assert word in known | {"--help"}, f"dev.py {words}"
            elif number == 0:
                assert word in commands, f"dev.py {words}"


def test_readme_and_guide_of_the_command_line_name_every_module() -> None:
    for module in (path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")):
        assert f"| `{PREFIX}{module}` |" in README.read_text()
    for module in GROUPS["trilio"]:
        assert f":ansplugin:`{PREFIX}{module}#module`" in (GUIDES / "guide_command_line.rst").read_text()
    for role in (path.name for path in (ROOT / "roles").glob("*")):
        assert f"`{PREFIX}{role}`" in README.read_text()


def test_links_to_files_of_the_repository_lead_somewhere() -> None:
    links = [
        found
        for page in PAGES
        for found in re.findall(r"ansible-collection-backup/(?:blob|tree)/main/([^)\s>#]+)", page.read_text())
    ]
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_every_guide_is_listed_and_has_its_label() -> None:
    sections = yaml.safe_load((GUIDES.parent / "extra-docs.yml").read_text())["sections"]
    listed = [name for section in sections for name in section["toctree"]]
    assert sorted(listed) == sorted(guide.stem for guide in GUIDES.glob("*.rst"))
    for name in listed:
        assert (GUIDES / f"{name}.rst").read_text().startswith(f".. _ansible_collections.{PREFIX}docsite.{name}:\n")
        assert f"/{name}.rst" in README.read_text()
