# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form of the references: tags, links, tables, the places that they name, and the switches of the emulator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from emulator.trilio.switches import Switches
from repository.reference import FOLDER, ROOT, outside_code, places

TAGS = {"public documentation", "public observation", "inferred", "unknown"}
REFERENCES = sorted(FOLDER.glob("*.md"))
WORKLOADMGR = FOLDER / "workloadmgr.md"


@pytest.fixture(params=REFERENCES, ids=lambda path: path.name)
def reference(request: pytest.FixtureRequest) -> Path:
    """Return the path of each reference."""
    path: Path = request.param
    return path


def tags(text: str) -> set[str]:
    """Return what stands in square brackets outside of code and is no link."""
    return set(re.findall(r"\[([^\]]*)\](?!\()", outside_code(text)))


def rows(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield each row of the tables, its cells beside those of its heading."""
    heading: list[str] = []
    for line in re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else []
        heading = (heading or cells) if cells else []
        if cells:
            yield heading, cells


def test_only_the_four_tags_are_used(reference: Path) -> None:
    assert tags(reference.read_text(encoding="utf-8")) == TAGS


@pytest.mark.parametrize("text", ["[docs]", "a [public observation 6.2] b", "[inferred], [guess]", "[]"])
def test_other_tags_are_found(text: str) -> None:
    assert tags(text) - TAGS


def test_code_and_links_are_no_tags() -> None:
    assert tags('`[1..31]` and [a file](a.json) [unknown] (notes)\n```json\n["a"]\n```\n') == {"unknown"}


def test_links_stay_in_the_repository(reference: Path) -> None:
    text = reference.read_text(encoding="utf-8")
    assert "../shared" not in text
    for link in re.findall(r"\]\(([^)]+)\)", outside_code(text)):
        path = (FOLDER / link).resolve()
        assert path.is_relative_to(ROOT), link
        assert path.exists(), link


def test_all_rows_have_the_cells_of_their_heading(reference: Path) -> None:
    odd = [cells for heading, cells in rows(reference.read_text(encoding="utf-8")) if len(cells) != len(heading)]
    assert not odd


def test_row_with_a_cell_too_many_is_found() -> None:
    table = "| a | b |\n|---|---|\n| `x|y` | z |\n| x \\| y | z |\n"
    assert [len(cells) - len(heading) for heading, cells in rows(table)] == [0, 0, 1, 0]


def test_places_named_in_the_text_exist() -> None:
    text = WORKLOADMGR.read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:[A-H]\.\d+|[QPN]\d+)\b", outside_code(text)))
    assert named
    assert not named - places(text)


def test_every_sample_has_a_row() -> None:
    text = WORKLOADMGR.read_text(encoding="utf-8")
    listed = {match[1] for _line, cells in rows(text) if (match := re.match(r"\[(\w+\.json)\]", cells[0]))}
    assert listed == {path.name for path in (ROOT / "tests" / "samples").glob("*.json")}


def test_switches_are_those_of_the_emulator() -> None:
    """A row is marked as planned as long as the emulator does not have the switch, and no longer."""
    known = {field.name for field in fields(Switches)}
    section = WORKLOADMGR.read_text(encoding="utf-8").split("\n## G. ")[1].split("\n## ")[0]
    cells = [row[0] for heading, row in rows(section) if heading[0] == "Switch"]
    planned = {name for cell in cells if "(planned)" in cell for name in re.findall(r"`(\w+)`", cell)}
    built = {name for cell in cells if "(planned)" not in cell for name in re.findall(r"`(\w+)`", cell)} - {"port"}
    assert built == known
    assert planned
    assert not planned & known
