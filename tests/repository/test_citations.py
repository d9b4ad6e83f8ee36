# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every citation of a reference, held against the places that the reference has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from repository.reference import FOLDER, ROOT, citations, places

TOPS = ("plugins", "tests", "roles", "playbooks", "docs", "extensions", "README.md", "CONTRIBUTING.md", "dev.py")
SUFFIXES = {".py", ".md", ".rst", ".yml", ".yaml", ".j2"}
PLACES = {path.stem: places(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.md")}
BOOK = """\
# A book
## Twelve facts to design around
1. One.
2. Two.

## A. Discovery
### A.1 Catalog
**Create fields**

```json
{"a": 1} **Not here**
```
## D. Quirks
| # | Quirk |
|---|---|
| Q1 | Types |

**Versions**

## Notes
3. This is no fact.
### 1.3 Calls
**Body dialects.** There are three.
"""


def files() -> Iterator[Path]:
    """Yield the files that can cite, without this one: its examples are wrong on purpose."""
    for top in (ROOT / name for name in TOPS):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.suffix in SUFFIXES and path.is_file() and path != Path(__file__).resolve():
                yield path


def read(top: str) -> dict[Path, str]:
    """Return the texts below a folder of the repository, by path."""
    return {path: path.read_text(encoding="utf-8") for path in files() if path.is_relative_to(ROOT / top)}


def wrong(text: str, known: dict[str, set[str]]) -> list[str]:
    """Return the citations of a text that lead nowhere, each in words."""
    try:
        return [f"{book}.md has no {place!r}" for book, place in citations(text) if place not in known[book]]
    except ValueError as error:
        return [str(error)]


def test_every_citation_leads_somewhere() -> None:
    problems = [f"{path.relative_to(ROOT)}: {it}" for path, text in read(".").items() for it in wrong(text, PLACES)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("top", ["plugins", "tests"])
def test_both_references_are_cited(top: str) -> None:
    """If the parser stopped reading, nothing would be wrong any more."""
    cited = {book for text in read(top).values() for book, _section in citations(text)}
    assert cited == {"workloadmgr", "acronis"} == set(PLACES)


def test_places_of_a_reference() -> None:
    labels = {"A.1, Create fields", "D, Versions", "1.3, Body dialects"}
    assert places(BOOK) == {"A", "A.1", "D", "1.3", "fact 1", "fact 2", "Q1"} | labels


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("a fact (reference B.1, Q22)", ["B.1", "Q22"]),
        ("a fact (API reference B.1, Q22, P11)", ["B.1", "Q22", "P11"]),
        ("API reference A.1 to A.3, P17", ["A.1", "A.2", "A.3", "P17"]),
        ("(API reference C.4, Q23-Q25)", ["C.4", "Q23", "Q24", "Q25"]),
        ("see API reference Q1, Q2 and Q6 for the spellings", ["Q1", "Q2", "Q6"]),
        ("(reference D, Versions; Q38)", ["D", "D, Versions", "Q38"]),
        ("(reference B.1, Create fields), but", ["B.1", "B.1, Create fields"]),
        ("(API reference, fact 8)", ["fact 8"]),
        ("API reference C.5, on create and on PUT.", ["C.5"]),
        ("Rests on reference G. A switch", ["G"]),
        ("a comment (reference B.2,\n    # Q4, N3): why", ["B.2", "Q4", "N3"]),
        ("References B.1 and C.2 say so", ["B.1", "C.2"]),
        ("a reference to another object", []),
        ("(reference[0], reference(one), a Reference)", []),
    ],
)
def test_citations_are_read(text: str, cited: list[str]) -> None:
    assert list(citations(text)) == [("workloadmgr", place) for place in cited]


def test_citations_of_acronis_are_told_apart() -> None:
    text = "(Acronis reference 1.2, 1.3, Errors; reference B.1)"
    acronis = [("acronis", place) for place in ("1.2", "1.3", "1.3, Errors")]
    assert list(citations(text)) == [*acronis, ("workloadmgr", "B.1")]


@pytest.mark.parametrize(
    "text",
    [
        "(reference B.1)",
        "(reference A.1, Q2)",
        "(reference A.1 to A.2)",
        "(reference Q1-Q2)",
        "(reference A.1, Versions)",
        "(reference A.1, Not here)",
        "(reference, fact 3)",
        "(reference P1)",
        "(reference N1)",
        "(reference 1.4)",
        "(Acronis reference A.1)",
        "API reference alone",
        "(API reference a.1)",
        "(reference A1)",
        "(reference A.1.2)",
        "(reference A.3 to A.1)",
        "(reference A.1 to Q1)",
    ],
)
def test_wrong_citations_are_found(text: str) -> None:
    assert wrong(text, {"workloadmgr": places(BOOK), "acronis": {"1.2"}})
