# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine with unusual resources: a key that is not an id, answers that are lists or empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.module_utils._core.call import READ, WRITE, Call
from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    AmbiguousNameError,
    ImmutableError,
    LostAnswerError,
    NotConvergedError,
    UnknownNameError,
    UnreachableError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._core.http_client import HttpClient
from ansible_collections.openprotect.backup.plugins.module_utils._core.waiting import Clock
from ansible_collections.openprotect.backup.plugins.module_utils._engine.comparison import Field
from ansible_collections.openprotect.backup.plugins.module_utils._engine.context import TaskContext
from ansible_collections.openprotect.backup.plugins.module_utils._engine.converge import converge
from ansible_collections.openprotect.backup.plugins.module_utils._engine.model import (
    Desired,
    Document,
    Outcome,
    Shown,
    Step,
    Values,
)
from ansible_collections.openprotect.backup.plugins.module_utils._engine.resource import Resource

LOST = UnreachableError("The connection was dropped.", method="POST", path="/grants")


class QuickClock(Clock):
    """A clock that moves only by `sleep`."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        """Return the seconds that were slept."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.time += seconds


class Script(HttpClient):
    """A client that answers from a script, and records what is sent."""

    def __init__(self, answers: list[Any], check_mode: bool = False) -> None:
        super().__init__(check_mode=check_mode, clock=QuickClock())
        self.answers = answers
        self.sent: list[str] = []

    def _once(self, call: Call, path: str, body: Any, query: Mapping[str, str] | None) -> dict[str, Any]:
        self.sent.append(f"{call.method} {path}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {} if call.response_key is None else {call.response_key: answer}


class Grant(Resource[Desired]):
    """An object with a serial number as its key. It cannot be changed, and only the list shows it."""

    noun = "grant"
    plural = "grants"
    result_key = "grant"
    key_option = "serial"
    name_field = "role"
    fields = (Field("role", {"type": "str"}, immutable=True), Field("scope", {"type": "str"}, immutable=True))
    listing = Call("GET", "/grants", READ, response_key="grants", response_type=list, row_id="serial")
    creating = Call("POST", "/grants", WRITE, response_key="grants", response_type=list, row_id="serial")
    deleting = Call("DELETE", "/grants/{id}", WRITE)

    def resolve(self, desired: Desired, document: Document | None, rows: Any) -> Desired:
        """Return what is declared, with its role."""
        return desired if desired.name is None else replace(desired, values={"role": desired.name, **desired.values})

    def key(self, document: Document) -> str:
        """Return the serial number."""
        return str(document["serial"])

    def name(self, document: Document) -> str | None:
        """Return the role."""
        return document.get("role")

    def read(self, document: Document) -> Values:
        """Return the canonical values."""
        return {"role": document["role"], "scope": document["scope"]}

    def create_body(self, desired: Desired) -> Values:
        """Return the values."""
        return desired.values

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the object as results show it."""
        return {"id": document.get("serial"), **values}


class QuietGrant(Grant):
    """A grant. The answers to its creation and change are empty, and the list shows them later."""

    fields = (Field("role", {"type": "str"}), Field("scope", {"type": "str"}))
    creating = Call("POST", "/grants", WRITE)
    updating = Call("PUT", "/grants/{id}", WRITE)
    shows_at_once = False
    lost_looks = None

    def update_calls(self, step: Step, desired: Desired, shown: Shown) -> list[tuple[Call, Any]]:
        """Return one call."""
        return [(self.updating, desired.values)]


def row(serial: int, role: str = "creator", scope: str = "cloud") -> Document:
    """Return a grant as the list shows it."""
    return {"serial": serial, "role": role, "scope": scope}


def run(
    resource: type[Grant], desired: Desired, *answers: Any, wait: bool = True, check_mode: bool = False
) -> tuple[Outcome, list[str]]:
    """Converge one grant, and return its outcome and the requests. All answers must be used."""
    context = TaskContext({"wait": wait, "timeout": 60}, check_mode)
    script = Script(list(answers), check_mode)
    context.api = script
    context.clock = context.waiter.clock = script.clock
    try:
        return converge(resource(context), [desired])[0], script.sent
    finally:
        assert script.answers == []


CREATOR = Desired({}, name="creator", values={"scope": "cloud"})


def test_a_list_that_holds_only_the_new_object_tells_its_key() -> None:
    outcome, sent = run(Grant, CREATOR, [row(1, "other")], [row(7)], [row(1, "other"), row(7)])
    assert sent == ["GET /grants", "POST /grants", "GET /grants"]
    assert outcome.object == {"id": 7, "role": "creator", "scope": "cloud"}


def test_nothing_is_read_twice_if_only_the_list_shows_objects() -> None:
    outcome, sent = run(Grant, Desired({}, id="7", values={"scope": "cloud"}), [row(7)])
    assert (outcome.steps, sent) == ([], ["GET /grants"])


def test_an_unknown_key_takes_one_list() -> None:
    with pytest.raises(UnknownNameError, match="no grant with the id 8"):
        run(Grant, Desired({}, id="8"), [row(7)])
    outcome, sent = run(Grant, Desired({}, id="8", present=False), [])
    assert (outcome.steps, sent) == ([], ["GET /grants"])


def test_a_resource_without_update_refuses_a_change() -> None:
    with pytest.raises(ImmutableError, match="scope is 'cloud', wanted is 'project'"):
        run(Grant, Desired({}, name="creator", values={"scope": "project"}), [row(7)])


def test_deletion_by_another_key() -> None:
    outcome, sent = run(Grant, Desired({}, name="creator", present=False), [row(7)], None, [])
    assert sent == ["GET /grants", "DELETE /grants/7", "GET /grants"]
    assert [(step.action, step.id) for step in outcome.steps] == [("delete", "7")]


def test_the_hint_names_the_option_that_holds_the_key() -> None:
    with pytest.raises(AmbiguousNameError, match=r"1, 2\. .* give the 'serial'"):
        run(Grant, CREATOR, [row(1), row(2)])


def test_an_empty_answer_to_a_creation_is_followed_by_a_search_of_the_list() -> None:
    planned, sent = run(QuietGrant, CREATOR, [], check_mode=True)
    assert (planned.object, sent) == ({"id": None, "role": "creator", "scope": "cloud"}, ["GET /grants"])
    outcome, sent = run(QuietGrant, CREATOR, [], None, [], [row(7)], [row(7)])
    assert [step.result() for step in outcome.steps] == [step.result() for step in planned.steps]
    assert sent == ["GET /grants", "POST /grants", *["GET /grants"] * 3]
    assert outcome.object == {"id": 7, "role": "creator", "scope": "cloud"}


def test_a_task_that_does_not_wait_returns_what_was_written() -> None:
    created, sent = run(QuietGrant, CREATOR, [], None, wait=False)
    assert (created.object, len(sent)) == ({"id": None, "role": "creator", "scope": "cloud"}, 2)
    desired = Desired({}, name="creator", values={"scope": "project"})
    changed, sent = run(QuietGrant, desired, [row(7)], None, wait=False)
    assert (changed.object, len(sent)) == ({"id": 7, "role": "creator", "scope": "project"}, 2)


@pytest.mark.parametrize("wait", [True, False])
def test_an_object_found_after_a_lost_answer_is_read_back(wait: bool) -> None:
    outcome, sent = run(QuietGrant, CREATOR, [], LOST, [], [row(7)], [row(7)], wait=wait)
    assert (outcome.object or {})["id"] == 7
    assert sent.count("POST /grants") == 1


def test_a_lost_answer_is_followed_by_looks_for_as_long_as_a_write_may_take() -> None:
    with pytest.raises(LostAnswerError, match="none of that name"):
        run(QuietGrant, CREATOR, [], LOST, *[[]] * 6)  # after 0, 2, 5, 9.5, 16.25 and 26.375 of 30 seconds


def test_a_change_that_cannot_be_read_back_is_not_called_vanished() -> None:
    desired = Desired({}, name="creator", values={"scope": "project"})
    with pytest.raises(NotConvergedError, match="could not be read back"):
        run(QuietGrant, desired, [row(7)], None, *[LOST] * 12)  # three looks of four tries
    with pytest.raises(NotConvergedError, match="not there any more"):
        run(QuietGrant, desired, [row(7)], None, *[[]] * 6)


class CheckedGrant(Grant):
    """A grant that is checked, against what was declared, once it exists."""

    def after_create(self, desired: Desired, document: Document) -> Document:
        """Refuse a grant that is not the declared one."""
        raise NotConvergedError(f"{desired.name} became {self.key(document)}")


def test_the_check_of_a_new_object_knows_what_was_declared() -> None:
    with pytest.raises(NotConvergedError, match="creator became 7"):
        run(CheckedGrant, CREATOR, [], [row(7)], [row(7)])
