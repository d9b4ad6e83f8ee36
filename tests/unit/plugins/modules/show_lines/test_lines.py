# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that the module returns for its action plugin."""

from __future__ import annotations

from typing import Any

import pytest
from support.module import Failed, run_module


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["  a, b", "c"], ["  a, b", "c"]),
        ("a, b\n\n  c\n", ["a, b", "", "  c"]),
        (["a\nb", "", 7], ["a", "b", "", "7"]),
        (["red \x1b[31m\x07", "tab\tend  "], ["red ?[31m?", "tab end"]),
        ("Zürich", ["Zürich"]),
    ],
)
def test_lines(given: Any, shown: list[str]) -> None:
    assert run_module("show_lines", {"lines": given})["lines"] == shown


@pytest.mark.parametrize("given", [[["a"]], {"a": 1}])
def test_what_is_no_text_is_refused(given: Any) -> None:
    with pytest.raises(Failed, match=r"The option 'lines' holds a (list|dict). Give a text, or a list of texts."):
        run_module("show_lines", {"lines": given})
