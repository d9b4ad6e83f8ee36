# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secret values of connection options, which are masked in results."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.module_utils._core import secret_values as auth_secrets

COMPLETE = {
    "auth_url": "http://keystone.test:5000/v3",
    "username": "backup",
    "password": "correct-horse",
    "user_domain_name": "Default",
    "project_name": "demo",
    "project_domain_name": "Default",
}


def test_secret_values_leaves_out_what_is_harmless() -> None:
    cloud = {
        "auth": {**COMPLETE, "password": 12345, "passcode": "one-time"},
        "auth_type": "password",
        "regions": ["north", {"name": "south", "values": {"auth": {"token": "t0ken"}}}],
        "verify": False,
        "volume_api_version": "3",
        "compute-endpoint-override": "http://nova.test",
        "image_endpoint_override": "http://user:hidden@glance.test",
        "something_new": ["a-list", {"deep": 1.5}],
        "empty": "",
        "nothing": None,
    }
    assert auth_secrets.secret_values(cloud) == {
        "12345",
        "one-time",
        "t0ken",
        "http://user:hidden@glance.test",
        "a-list",
        "1.5",
    }


def test_secret_values_reads_strings() -> None:
    assert auth_secrets.secret_values("devstack") == set()
    assert auth_secrets.secret_values(None) == set()
    for text in (
        json.dumps({"auth": {"password": "s3cr3t", "username": "backup"}}),
        str({"auth": {"password": "s3cr3t", "username": "backup"}}),
    ):
        assert auth_secrets.secret_values(text) == {text, "s3cr3t"}
    assert auth_secrets.secret_values("{not readable") == {"{not readable"}


HARMLESS = st.sampled_from(sorted(auth_secrets.HARMLESS_KEYS))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HARMLESS | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=8) | HARMLESS, TREES, max_size=4),
    st.text(min_size=1, max_size=12),
    st.text(min_size=1) | st.integers(),
)
def test_a_secret_is_found_wherever_it_hides(tree: dict[str, typing.Any], key: str, secret: typing.Any) -> None:
    hidden = {**tree, "outer": [{"auth": {f"my-{key}": [secret]}}]}
    found = auth_secrets.secret_values(hidden)
    assert str(secret) in found
    assert found >= auth_secrets.secret_values(tree) - auth_secrets.secret_values({"outer": tree.get("outer")})
    assert found.isdisjoint({"", "True", "False", "None"} - set(map(str, strings(hidden))))


@given(
    st.dictionaries(HARMLESS, st.text(alphabet=st.characters(exclude_characters="@")) | st.integers() | st.booleans())
)
def test_nothing_harmless_is_masked(tree: dict[str, typing.Any]) -> None:
    assert auth_secrets.secret_values({"auth": tree, **tree}) == set()


def strings(tree: typing.Any) -> Iterator[str]:
    """Yield all strings that are leaves of a tree."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from strings(inner)
    elif isinstance(tree, str):
        yield tree
