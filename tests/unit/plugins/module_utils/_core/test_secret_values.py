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


def test_secrets_are_in_auth_and_below_keys_that_look_like_one() -> None:
    cloud = {
        "auth": {**COMPLETE, "password": 12345, "passcode": "one-time", "something_new": ["a-list", {"deep": 1.5}]},
        "auth_type": "password",
        "regions": ["north", {"name": "south", "values": {"auth": {"token": "t0ken"}}}],
        "verify": False,
        "compute-endpoint-override": "http://nova.test",
        "image_endpoint_override": "http://user:hidden@glance.test",
        "client-secret": "beside auth",
        "apikey": "of a vendor",
        "pwd": "shortened",
        "key": "-----BEGIN PRIVATE KEY-----",
        "extra": "{'password': 'in a text'}",
        "private_keys": {"first": "in a dictionary"},
        "metrics": {"influxdb": {"username": "meter", "password": "deep down"}},
        "cache": {"arguments": {"url": "redis://:cached@redis.test"}},
        "empty": "",
        "nothing": None,
    }
    assert auth_secrets.secret_values(cloud) == {
        "12345",
        "one-time",
        "a-list",
        "1.5",
        "t0ken",
        "http://user:hidden@glance.test",
        "beside auth",
        "of a vendor",
        "shortened",
        "-----BEGIN PRIVATE KEY-----",
        "in a text",
        "in a dictionary",
        "deep down",
        "redis://:cached@redis.test",
    }


def test_settings_are_no_secrets() -> None:
    cloud = {
        "auth": {"auth_version": 3, "discovery_endpoint": "https://idp.test", "access_token_type": "access_token"},
        "auth_version": 3,
        "compute_connect_retries": 5,
        "volume_api_version": "3",
        "timeout": 30.5,
        "floating_ip_source": "neutron",
        "networks": [{"name": "private", "routes_externally": False}],
        "key": "/etc/ssl/client.key",
        "token_endpoint": "https://idp.test/token",
        "something_new": ["a-list", {"deep": 1.5}],
    }
    assert auth_secrets.secret_values(cloud) == set()
    assert auth_secrets.secret_values(json.dumps(cloud)) == {json.dumps(cloud)}


def test_a_short_secret_is_not_searched_for() -> None:
    assert auth_secrets.searched({"a", "abc", "abcd", ""}) == {"abcd"}
    assert auth_secrets.redact("abc, abcd and ab", {"a", "abc", "abcd"}) == "abc, ******** and ab"


def test_user_and_password_of_a_proxy_are_taken_out_of_texts() -> None:
    text = "no http://scott:t@ger@proxy.test:3128, 'http://scott@proxy.test', and http://plain.test/a@b"
    shown = "no http://********@proxy.test:3128, 'http://********@proxy.test', and http://plain.test/a@b"
    assert auth_secrets.redact(text, ()) == shown


def test_secret_values_reads_strings() -> None:
    assert auth_secrets.secret_values("devstack") == set()
    assert auth_secrets.secret_values(None) == set()
    assert auth_secrets.secrets_of_auth("no dictionary") == {"no dictionary"}
    assert auth_secrets.secrets_of_auth({"password": "abc=demo"}) == {"abc=demo"}
    for text in (
        json.dumps({"auth": {"password": "s3cr3t", "username": "backup"}}),
        str({"auth": {"password": "s3cr3t", "username": "backup"}}),
    ):
        assert auth_secrets.secret_values(text) == {text, "s3cr3t"}
    assert auth_secrets.secret_values("{not readable") == {"{not readable"}
    for text in (json.dumps({"pasword": "s3cr3t", "username": "backup"}), "pasword=s3cr3t username=backup"):
        assert auth_secrets.secrets_of_auth(text) == {text, "s3cr3t"}


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
