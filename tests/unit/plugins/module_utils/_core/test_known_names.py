# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names in messages: ten of them, and the one that was probably meant, however many there are."""

from __future__ import annotations

from ansible_collections.openprotect.backup.plugins.module_utils._core.known_names import listed, near, there_are

MANY = [f"server-{number:03}" for number in range(300)]


def test_names_are_limited() -> None:
    assert listed(["b", "a"]) == "b, a"
    assert listed(MANY).endswith("server-009 and 290 more")
    assert there_are("x", []) == "there are none."
    assert there_are("x", ["b", "a", "b"]) == "there are: a, b."


def test_a_similar_name_is_proposed_however_long_the_list_is() -> None:
    assert there_are("WEB-SHOP", [*MANY, "web-shop"]).endswith(" and 291 more. Did you mean web-shop?")
    assert near("wbe-shop", ["web-shop", "web-shop-2"]) == " Did you mean web-shop or web-shop-2?"
    assert near("mail", ["web-shop"]) == ""


def test_a_list_ends_with_how_many_more_there_are() -> None:
    assert listed(map(str, range(12)), most=10) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
    assert listed(["a", "b", "c"], "; ", most=2) == "a; b and 1 more"
    assert listed(["a", "b"], most=2) == "a, b"
    assert listed([]) == ""
