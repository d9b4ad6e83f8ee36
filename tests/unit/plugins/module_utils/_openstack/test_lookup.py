# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and ids: which object matches, what is refused, and how many lists are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests_mock
from hypothesis import given
from hypothesis import strategies as st
from keystoneauth1 import session, token_endpoint
from support.clock import FakeClock

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    AmbiguousNameError,
    BackupError,
    BadAnswerError,
    ForbiddenError,
    ServerLineError,
    UnknownNameError,
    raise_all,
)
from ansible_collections.openprotect.backup.plugins.module_utils._engine.model import Reference
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.client import Client
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.lookup import (
    Lookup,
    NamedReferences,
    match_one,
)
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.references import (
    BACKUP_TARGET_TYPE,
    POLICY,
    WORKLOAD_TYPE,
    LookupSource,
)

WLM = "http://wlm.test:8781/v1/p1"
NOVA = "http://nova.test:8774/v2.1"
KINDS = [WORKLOAD_TYPE, BACKUP_TARGET_TYPE, POLICY]
ROWS: list[dict[str, Any]] = [
    {"id": "a1", "name": "gold"},
    {"id": "b2", "name": "silver"},
    {"id": "c3", "name": "silver"},
    {"id": "d4", "name": None},
    {"id": "e5"},
]


@pytest.fixture
def mock() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as mocker:
        yield mocker


def client(url: str) -> Client:
    return Client(
        session.Session(auth=token_endpoint.Token(url, "t")), url, project_id="p1", check_mode=False, clock=FakeClock()
    )


class RecordingLookup(Lookup):
    """A lookup that keeps its warnings."""

    def __init__(self, service: Callable[[str], Client], check_mode: bool = False) -> None:
        self.given: list[str] = []
        super().__init__(client(WLM), service, check_mode, self.given.append)

    @property
    def warnings(self) -> list[str]:
        """The warnings of a task, each text once."""
        return list(dict.fromkeys(self.given))


def names(check_mode: bool = False) -> RecordingLookup:
    return RecordingLookup(lambda service: client({"compute": NOVA}[service]), check_mode)


def answer(mock: requests_mock.Mocker, kind: LookupSource, rows: list[dict[str, Any]]) -> None:
    mock.get(WLM + kind.listing.path, json={str(kind.listing.response_key): rows})


# ---- match ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("gold", Reference("a1", "gold")),
        ("a1", Reference("a1", "gold")),
        ("B2", Reference("b2", "silver")),
        ("e5", Reference("e5", None)),
    ],
)
def test_match_by_name_and_id(wanted: str, found: Reference) -> None:
    assert match_one("policy", ROWS, wanted, where="here") == found


def test_an_id_wins_over_a_name() -> None:
    assert match_one("policy", [{"id": "x", "name": "y"}, {"id": "y", "name": "z"}], "y", where="").id == "y"


def test_several_of_one_name_are_listed() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        match_one("policy", ROWS, "silver", where="here")
    assert caught.value.message == "There is more than one policy named 'silver': b2, c3."


@pytest.mark.parametrize("wanted", ["Gold", "gold ", "", "None", "gol", "a"])
def test_nothing_like_it_is_taken(wanted: str) -> None:
    with pytest.raises(UnknownNameError, match="There is no policy with the id or name"):
        match_one("policy", ROWS[:3], wanted, where="here")


def test_what_is_there_is_listed() -> None:
    with pytest.raises(UnknownNameError) as caught:
        match_one("server", ROWS[:3], "bronze", where="in this project")
    assert (
        caught.value.message
        == "There is no server with the id or name 'bronze' in this project; there are: gold, silver."
    )
    with pytest.raises(UnknownNameError, match="there are none"):
        match_one("server", [], "bronze", where="in this project")
    with pytest.raises(UnknownNameError) as caught:
        match_one(
            "server",
            [{"id": str(number), "name": f"w{number:02}"} for number in range(25)],
            "bronze",
            where="in this project",
        )
    assert caught.value.message.endswith("w08, w09 and 15 more.")


NAMED_ROWS = st.lists(
    st.fixed_dictionaries({"id": st.uuids().map(str), "name": st.sampled_from(["a", "b", "c"])}),
    max_size=6,
    unique_by=lambda row: row["id"],
)


@given(rows=NAMED_ROWS, wanted=st.sampled_from(["a", "b"]))
def test_a_name_is_taken_only_where_one_has_it(rows: list[dict[str, str]], wanted: str) -> None:
    hits = [row["id"] for row in rows if row["name"] == wanted]
    if len(hits) == 1:
        assert match_one("server", rows, wanted, where="") == Reference(hits[0], wanted)
    else:
        with pytest.raises(AmbiguousNameError if hits else UnknownNameError) as caught:
            match_one("server", rows, wanted, where="")
        assert all(each in str(caught.value) for each in hits)


# ---- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_one_list_for_each_source(mock: requests_mock.Mocker, kind: LookupSource) -> None:
    answer(mock, kind, ROWS)
    known = names()
    assert known.find(kind, "gold") == known.find(kind, "a1") == Reference("a1", "gold")
    assert known.rows(kind) == ROWS
    assert mock.call_count == 1


def test_references_are_filled_in_only_for_the_sources_that_are_wanted(mock: requests_mock.Mocker) -> None:
    answer(mock, POLICY, ROWS)
    known = NamedReferences(names())
    assert known.by_id(POLICY, "a1") == Reference("a1")
    assert known.by_name(POLICY, "gold") == Reference(None, "gold")
    assert mock.call_count == 0
    known.want(POLICY)
    assert known.by_id(POLICY, "a1") == Reference("a1", "gold")
    assert known.by_id(POLICY, "zz") == Reference("zz")
    assert known.by_id(POLICY, None) is None
    assert known.by_name(POLICY, "gold") == Reference("a1", "gold")
    assert known.by_name(POLICY, "silver") == Reference(None, "silver")  # two have that name
    assert mock.call_count == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("check_mode", [True, False])
def test_only_what_can_be_made_may_be_missing_and_only_in_check_mode(
    mock: requests_mock.Mocker, kind: LookupSource, check_mode: bool
) -> None:
    answer(mock, kind, ROWS)
    known = names(check_mode)
    if check_mode and kind is not WORKLOAD_TYPE:
        for _each in range(2):
            assert known.find(kind, "bronze") == Reference(None, "bronze", missing=True)
        [text] = known.warnings
        assert text.startswith(f"There is no {kind.noun} with the id or name 'bronze'")
        assert text.endswith(" Outside check mode, the task fails unless another task creates it first.")
    else:
        with pytest.raises(UnknownNameError):
            known.find(kind, "bronze")
        assert known.warnings == []


@pytest.mark.parametrize("check_mode", [True, False])
def test_an_ambiguous_name_fails_also_in_check_mode(mock: requests_mock.Mocker, check_mode: bool) -> None:
    answer(mock, POLICY, ROWS)
    with pytest.raises(AmbiguousNameError):
        names(check_mode).find(POLICY, "silver")


def test_a_server_without_the_list_is_of_line_4(mock: requests_mock.Mocker) -> None:
    mock.get(WLM + "/backup_target_types", status_code=404)
    with pytest.raises(ServerLineError, match="Servers of line 4 have no backup target types") as caught:
        names().find(BACKUP_TARGET_TYPE, "gold")
    assert "eave the option for the backup target type out" in str(caught.value)


def test_a_list_that_cannot_be_read_is_not_an_empty_one(mock: requests_mock.Mocker) -> None:
    mock.get(WLM + "/workload_policy/", [{"status_code": 403}, {"text": "<html>"}])
    for error in (ForbiddenError, BadAnswerError):
        with pytest.raises(error):
            names(check_mode=True).find(POLICY, "gold")


# ---- servers -------------------------------------------------------------------------------------

SERVERS = [
    {"id": "s1", "name": "web"},
    {"id": "s2", "name": "db"},
    {"id": "s3", "name": "twin"},
    {"id": "s4", "name": "twin"},
]


@pytest.fixture
def nova(mock: requests_mock.Mocker) -> requests_mock.Mocker:
    mock.get(f"{NOVA}/servers", json={"servers": SERVERS})
    return mock


def test_servers_take_one_list_in_a_task(nova: requests_mock.Mocker) -> None:
    known = names()
    assert known.find_servers(["web", "s2", "S1", "web"], []) == [Reference("s1", "web"), Reference("s2", "db")]
    assert known.find_servers(["db"], []) == [Reference("s2", "db")]
    assert nova.call_count == 1


def test_no_server_named_no_list() -> None:
    def service(name: str) -> Client:
        raise AssertionError(f"{name} was asked")

    assert RecordingLookup(service).warnings == []


@pytest.mark.usefixtures("nova")
@pytest.mark.parametrize("wanted", ["old", "s9", "S9"])
def test_a_server_that_is_gone_is_kept_where_the_workload_lists_it(wanted: str) -> None:
    known = names()
    listed = [Reference("s9", "old"), Reference("s1", "web")]
    assert known.find_servers(["web", wanted], listed, "workload 'shop'") == [
        Reference("s1", "web"),
        Reference("s9", "old"),
    ]
    assert known.warnings == [
        "The server 'old' (s9) is gone from Nova, and every snapshot of the workload 'shop', which lists it, fails. "
        "Take it out of 'instances'."
    ]


@pytest.mark.usefixtures("nova")
def test_a_living_server_wins_over_one_of_its_name_that_is_gone() -> None:
    known = names()
    assert known.find_servers(["web"], [Reference("s9", "web")]) == [Reference("s1", "web")]
    assert known.warnings == []


@pytest.mark.usefixtures("nova")
def test_two_that_are_gone_and_of_one_name_are_ambiguous() -> None:
    with pytest.raises(AmbiguousNameError, match="s8, s9"):
        names().find_servers(["old"], [Reference("s9", "old"), Reference("s8", "old")])


@pytest.mark.usefixtures("nova")
def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UnknownNameError) as caught:
        names(check_mode=True).find_servers(["x", "web", "twin", "y"], [])
    for words in ("'x'", "'y'", "more than one server named 'twin': s3, s4"):
        assert words in str(caught.value)


# ---- several errors as one -----------------------------------------------------------------------

REQUEST: dict[str, Any] = {"method": "GET", "path": "/", "status": 403}


def test_no_error_raises_nothing() -> None:
    raise_all([])


def test_one_error_is_raised_as_it_is() -> None:
    problem = UnknownNameError("a.", hint="b.")
    with pytest.raises(UnknownNameError) as caught:
        raise_all([problem])
    assert caught.value is problem


@pytest.mark.parametrize(
    ("problems", "kind", "text"),
    [
        ([AmbiguousNameError("a.", hint="h."), AmbiguousNameError("b.", hint="h.")], AmbiguousNameError, "a. b. h."),
        ([UnknownNameError("a."), UnknownNameError("b.", hint="h.")], UnknownNameError, "a. b. h."),
        ([AmbiguousNameError("a.", hint="h."), UnknownNameError("b.", hint="i.")], UnknownNameError, "a. b. h. i."),
        ([UnknownNameError("a."), ForbiddenError("b.", **REQUEST)], ForbiddenError, "b."),
        (
            [UnknownNameError(f"{number}.", hint=f"h{number // 6}.") for number in range(9)],
            UnknownNameError,
            "0. 1. 2. 3. 4. 5. And 3 more like these. h0.",
        ),
    ],
)
def test_several_errors(problems: list[BackupError], kind: type[BackupError], text: str) -> None:
    with pytest.raises(BackupError) as caught:
        raise_all(problems)
    assert (type(caught.value), str(caught.value)) == (kind, text)
