# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How messages list what there is."""

from __future__ import annotations

from ansible_collections.openprotect.backup.plugins.module_utils._core.wording import listed, nearest

SERVERS = [f"app-{number}" for number in range(300)]


def test_a_list_ends_with_how_many_more_there_are() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(SERVERS[:10]) == ", ".join(SERVERS[:10])
    assert listed(SERVERS) == f"{', '.join(SERVERS[:10])} and 290 more"
    assert listed([]) == "none"


def test_names_like_the_wanted_one_come_first_and_each_comes_once() -> None:
    names = nearest("Wbe-1", [*SERVERS, "zz-web-1", "web-1", "web-1"])
    assert names[:2] == ["web-1", "zz-web-1"]
    assert sorted(names) == sorted({*SERVERS, "zz-web-1", "web-1"})


def test_names_that_differ_in_case_only_are_both_listed() -> None:
    assert nearest("web", ["WEB", "Web", "db"], most=2)[1:] in (["WEB", "db"], ["Web", "db"])
    assert sorted(nearest("web", ["WEB", "Web", "db"], most=2)) == ["WEB", "Web", "db"]


def test_what_a_message_shows_as_a_whole_stays_sorted() -> None:
    assert nearest("c", ["c-1", "b", "a"]) == ["a", "b", "c-1"]
    assert nearest("?", SERVERS[::-1]) == sorted(SERVERS)
