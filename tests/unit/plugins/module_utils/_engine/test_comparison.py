# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison of declared and shown values: properties of each comparison, plans, fields that cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import ImmutableError
from ansible_collections.openprotect.backup.plugins.module_utils._engine import comparison as compare
from ansible_collections.openprotect.backup.plugins.module_utils._engine.comparison import (
    Comparison,
    Field,
    ManyReferences,
    OneReference,
    Subset,
)
from ansible_collections.openprotect.backup.plugins.module_utils._engine.model import Desired, Reference, Step
from ansible_collections.openprotect.backup.plugins.module_utils._engine.plan import plan

FIELDS = (
    Field("name", {}),
    Field("description", {}),
    Field("policy", {}, OneReference()),
    Field("instances", {}, ManyReferences()),
    Field("metadata", {}, Subset()),
    Field("target", {}, OneReference(), immutable=True),
    Field("encryption", {}, immutable=True),
)

WORDS = st.sampled_from(["a", "b", "c", ""])
REFS = st.builds(Reference, st.sampled_from(["1", "2", "3"]), st.none() | WORDS)
SETS = st.lists(REFS, max_size=4)
METADATA = st.dictionaries(WORDS, WORDS, max_size=3)
DESIRED_METADATA = st.dictionaries(WORDS, st.none() | WORDS, max_size=3)

CHANGEABLE = {"name": WORDS, "description": WORDS, "policy": REFS, "instances": SETS}
WANTED = st.fixed_dictionaries({}, optional={**CHANGEABLE, "metadata": DESIRED_METADATA})
SHOWN = st.fixed_dictionaries(
    {**CHANGEABLE, "policy": st.none() | REFS, "metadata": METADATA, "target": REFS, "encryption": st.booleans()}
)


def planned(key: str | None, wanted: dict[str, Any], shown: dict[str, Any] | None) -> Step | None:
    """Return the step that changes the workload `web`."""
    return plan(FIELDS, "workload", "web", key, Desired({}, values=wanted), shown)


@given(wanted=WANTED, shown=SHOWN)
def test_a_plan_is_empty_where_nothing_differs_and_only_there(wanted: dict[str, Any], shown: dict[str, Any]) -> None:
    found = compare.differences(FIELDS, wanted, shown)
    step = planned("1", wanted, shown)
    assert (step is None) == (not found)
    if step is not None:
        assert (step.action, step.id, step.fields) == ("update", "1", found)
        assert set(step.before) == set(step.after) == set(wanted)


@given(wanted=WANTED, shown=SHOWN)
def test_what_was_written_needs_no_second_write(wanted: dict[str, Any], shown: dict[str, Any]) -> None:
    written = compare.after(FIELDS, wanted, shown)
    assert compare.differences(FIELDS, wanted, written) == []
    assert compare.after(FIELDS, wanted, written) == written


@given(wanted=WANTED, shown=SHOWN)
def test_what_was_not_given_stays(wanted: dict[str, Any], shown: dict[str, Any]) -> None:
    written = compare.after(FIELDS, wanted, shown)
    assert {key: value for key, value in written.items() if key not in wanted} == {
        key: value for key, value in shown.items() if key not in wanted
    }


@given(shown=SHOWN)
def test_what_is_shown_does_not_differ_from_itself(shown: dict[str, Any]) -> None:
    wanted = {key: value for key, value in shown.items() if value is not None}
    assert compare.differences(FIELDS, wanted, shown) == []


@given(wanted=WANTED, shown=SHOWN)
def test_the_diff_differs_where_the_plan_is_not_empty(wanted: dict[str, Any], shown: dict[str, Any]) -> None:
    # Two servers or policies of one name are equal in the diff, two ids are not.
    def nameless(values: dict[str, Any]) -> dict[str, Any]:
        return {
            key: Reference(value.id)
            if isinstance(value, Reference)
            else [Reference(each.id) for each in value]
            if isinstance(value, list)
            else value
            for key, value in values.items()
        }

    step = planned("1", nameless(wanted), nameless(shown))
    if step is not None:
        assert step.before != step.after


@given(wanted=WANTED)
def test_a_create_holds_what_was_given(wanted: dict[str, Any]) -> None:
    step = planned(None, {**wanted, "not a field": 1}, None)
    assert step is not None
    assert (step.action, step.id, step.before) == ("create", None, {})
    assert set(step.fields) == {key for key, value in wanted.items() if value not in ({}, [])}
    assert set(step.after) == set(wanted)


@given(refs=SETS)
def test_the_order_of_references_means_nothing(refs: list[Reference]) -> None:
    assert ManyReferences().differences("instances", refs, list(reversed(refs))) == []
    assert ManyReferences().differences("instances", refs, [*refs, *refs]) == []


def test_a_server_that_was_renamed_since_is_no_change() -> None:
    """The workload may still show its old name."""
    wanted = {"description": "new", "instances": [Reference("1", "now"), Reference("2", "b")]}
    step = planned("id", wanted, {"instances": [Reference("1", "was")]})
    assert step is not None
    assert (step.before["instances"], step.after["instances"]) == (["was"], ["b", "was"])


@given(metadata=METADATA, key=WORDS)
def test_null_takes_a_key_away(metadata: dict[str, str], key: str) -> None:
    subset = Subset()
    assert bool(subset.differences("metadata", {key: None}, metadata)) == (key in metadata)
    assert subset.after({key: None}, metadata) == {each: value for each, value in metadata.items() if each != key}


def test_keys_of_metadata_are_told_one_by_one() -> None:
    assert Subset().differences("metadata", {"a": "1", "b": "2", "c": None}, {"a": "0", "b": "2", "c": "3"}) == [
        "metadata.a",
        "metadata.c",
    ]
    assert Subset().differences("metadata", {"a": "1"}, None) == ["metadata.a"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Reference("1", "gold"), Reference("1"), True),
        (Reference("1", "gold"), Reference("2", "gold"), False),
        (Reference("1", "gold"), Reference(None, "gold"), True),
        (Reference("1", "gold"), Reference(None, "silver"), False),
        (Reference(None, "gold", missing=True), Reference("1", "gold"), True),
        (Reference("1"), None, False),
        (Reference("1"), "1", False),
    ],
)
def test_references(one: Reference, other: Any, same: bool) -> None:
    assert one.same(other) is same
    assert (OneReference().differences("policy", one, other) == []) is same


def test_how_references_look() -> None:
    assert [
        str(ref) for ref in (Reference("1", "gold"), Reference("1"), Reference(None, "gold", missing=True), Reference())
    ] == [
        "gold",
        "1",
        "gold (not there yet)",
        "(none)",
    ]
    assert OneReference().display(None) is None
    assert ManyReferences().display(None) == []
    assert ManyReferences().display([Reference("2", "b"), Reference("1", "a")]) == ["a", "b"]


def test_plain_values() -> None:
    assert Comparison().differences("name", "a", "a") == []
    assert Comparison().differences("name", "a", None) == ["name"]


def test_what_cannot_be_changed_names_all_fields_with_both_values() -> None:
    shown = {"name": "web", "target": Reference("1", "nfs"), "encryption": False}
    with pytest.raises(ImmutableError) as caught:
        planned("42", {"name": "x", "target": Reference("2", "s3"), "encryption": True}, shown)
    assert caught.value.message == (
        "The workload 'web' (42) cannot be changed in this way: target is 'nfs', wanted is 's3'; encryption is "
        "False, wanted is True."
    )


def test_what_cannot_be_changed_and_is_not_shown_is_skipped() -> None:
    assert planned("42", {"encryption": True}, {"name": "web"}) is None


def test_what_can_be_changed_and_is_not_shown_differs() -> None:
    step = planned("42", {"description": "x"}, {"name": "web"})
    assert step is not None
    assert step.result() == {
        "action": "update",
        "kind": "workload",
        "name": "web",
        "id": "42",
        "fields": ["description"],
    }
    assert (step.before, step.after) == ({"description": None}, {"description": "x"})


def test_differences_in_words() -> None:
    wanted, shown = {"metadata": {"a": "1"}, "name": "new"}, {"metadata": {"a": "0"}, "name": "old"}
    names = compare.differences(FIELDS, wanted, shown)
    assert (
        compare.describe_differences(FIELDS, names, wanted, shown)
        == "name is 'old', wanted is 'new'; metadata.a is '0', wanted is '1'"
    )
    assert compare.describe_differences(FIELDS, ["metadata.a"], wanted, {}) == "metadata.a is None, wanted is '1'"


def test_the_diff_shows_a_server_that_another_of_its_name_replaces() -> None:
    """A restored server has the name of the lost one, and another id."""
    old, new, other = Reference("1", "web-1"), Reference("2", "web-1"), Reference("3", "web-2")
    step = planned("1", {"instances": [new, other]}, {"instances": [old, other]})
    assert step is not None
    assert step.before == {"instances": ["web-1 (1)", "web-2 (3)"]}
    assert step.after == {"instances": ["web-1 (2)", "web-2 (3)"]}
    step = planned("1", {"instances": [other]}, {"instances": [old, other]})
    assert step is not None
    assert (step.before, step.after) == ({"instances": ["web-1", "web-2"]}, {"instances": ["web-2"]})
