# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The references in docs/reference: which places they have, and which of them a text cites.

A place is a section (`B.1`), a row (`Q22`), a fact (`fact 8`), or a label in bold in a section (`B.1, Create fields`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"

_FACTS = "Twelve facts"
_HEADING = re.compile(rf"#+ (\d+\.\d+|[A-Z]\.\d+|[A-Z](?=\.)|{_FACTS})\b")
_ROW = re.compile(r"\| ([QPN]\d+) \|")
_FACT = re.compile(r"(\d+)\. ")
_BOLD = re.compile(r"\*\*([A-Z][A-Za-z ]+)\.?\*\*")

_NUMBER = r"(?:fact \d+|[QPN]\d+|\d+\.\d+|[A-Z](?:\.\d+)?)(?!\w|\.\d)"
_PART = rf"{_NUMBER}(?:(?: to |-){_NUMBER})?"
_LABEL = r"[A-Z][a-z]+(?: [a-z]+)*"
_SEPARATOR = r"(?:, |; | and )"
_CITATION = re.compile(rf"\b(API |Acronis |)[Rr]eferences?,? ({_PART}(?:{_SEPARATOR}{_PART}|, {_LABEL})*)")
# Text that means to cite: a book by name, or a bracket that begins like a citation.
_INTENT = re.compile(r"\b(?:API|Acronis) [Rr]eferences?\b|(?<=\()[Rr]eferences?,? (?=[A-Z\d]|fact)")


def outside_code(text: str) -> str:
    """Return a text without its code blocks, and with empty code spans."""
    return re.sub(r"`[^`\n]+`", "``", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def places(text: str) -> set[str]:
    """Return all places of a reference."""
    found = set()
    section = ""
    for line in outside_code(text).splitlines():
        if line.startswith("#"):
            heading = _HEADING.match(line)
            section = heading[1] if heading else ""
            found.add(section)
        if row := _ROW.match(line):
            found.add(row[1])
        if section == _FACTS and (fact := _FACT.match(line)):
            found.add(f"fact {fact[1]}")
        found.update(f"{section}, {label}" for label in _BOLD.findall(line))
    return found - {"", _FACTS}


def citations(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text cites: the name of the reference, and the place.

    :raises ValueError: It means to cite a reference, and names no place that can be read.
    """
    text = re.sub(r"\n[ \t]*(?:#:? )?", " ", text)
    found = list(_CITATION.finditer(text))
    for intent in _INTENT.finditer(text):
        if intent.start() not in {citation.start() for citation in found}:
            raise ValueError(f"cites no place: {text[intent.start() : intent.end() + 20]!r}")
    for citation in found:
        book = "acronis" if citation[1] == "Acronis " else "workloadmgr"
        section = ""
        for part in re.split(_SEPARATOR, citation[2]):
            if re.fullmatch(_PART, part):
                section = part
                yield from ((book, place) for place in _expanded(part))
            else:
                yield book, f"{section}, {part}"


def _expanded(part: str) -> list[str]:
    """Return all places from the first to the last of a range; anything else is one place."""
    ends = re.fullmatch(r"(.*?)(\d+)(?: to |-)(.*?)(\d+)", part)
    if not ends:
        return [part]
    if ends[1] != ends[3] or int(ends[2]) >= int(ends[4]):
        raise ValueError(f"is no range: {part!r}")
    return [f"{ends[1]}{number}" for number in range(int(ends[2]), int(ends[4]) + 1)]
