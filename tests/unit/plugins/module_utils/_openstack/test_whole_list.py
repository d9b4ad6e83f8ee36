# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that a server cuts off without a word, with a server that understands `marker`, `offset` or neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests_mock
from keystoneauth1 import session, token_endpoint
from support.clock import FakeClock

from ansible_collections.openprotect.backup.plugins.module_utils._core.call import READ, Call
from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import UnexpectedAnswerError
from ansible_collections.openprotect.backup.plugins.module_utils._core.waiting import is_transient
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.client import Client

URL = "http://wlm.test:8781/v1/4dfe98a43bfa404785a812020066b4d6"
LIST = Call("GET", "/snapshots", READ, response_key="snapshots", response_type=list)

Answer = Callable[[Any, Any], Any]


def rows(count: int) -> list[dict[str, Any]]:
    """Return this many rows."""
    return [{"id": f"s{number}"} for number in range(count)]


def server(count: int, limit: int, understands: str = "") -> Answer:
    """Return a server with this many rows that cuts its lists off.

    :param understands: The parameter by which it gives the rest.
    """
    every = rows(count)

    def answer(request: Any, _context: Any) -> Any:
        given = request.qs.get(understands)
        begin = 0
        if given:
            ids = [row["id"] for row in every]
            begin = ids.index(given[0]) + 1 if understands == "marker" else int(given[0])
        return {"snapshots": every[begin : begin + limit]}

    return answer


class Listing:
    """One list of a server: its rows, requests and warnings."""

    def __init__(self, *answers: Answer | list[dict[str, Any]]) -> None:
        self.warnings: list[str] = []
        with requests_mock.Mocker() as mock:
            replies = [{"json": {"snapshots": each} if isinstance(each, list) else each} for each in answers]
            mock.get(f"{URL}/snapshots", replies)
            login = session.Session(auth=token_endpoint.Token(URL, "issued-token"))
            client = Client(login, URL, project_id="p1", check_mode=False, clock=FakeClock(), warn=self.warnings.append)
            try:
                self.found = client.send(LIST, query={"workload_id": "w1"})
            finally:
                self.queries = [request.qs for request in mock.request_history]


@pytest.mark.parametrize("count", [0, 1, 20, 50, 99, 101, 999, 1001])
def test_a_list_of_any_other_length_takes_one_request(count: int) -> None:
    listing = Listing(server(count, 5000))
    assert (listing.found, listing.queries) == (rows(count), [{"workload_id": ["w1"]}])


@pytest.mark.parametrize("understands", ["marker", "offset"])
@pytest.mark.parametrize(("count", "limit"), [(1200, 1000), (2000, 1000), (2050, 500), (101, 100), (1000, 1000)])
def test_the_rest_of_a_list_is_asked_for(count: int, limit: int, understands: str) -> None:
    listing = Listing(server(count, limit, understands))
    assert listing.found == rows(count)
    assert listing.warnings == []
    assert all(query["workload_id"] == ["w1"] for query in listing.queries)


@pytest.mark.parametrize("count", [1000, 1200])
def test_a_server_that_ignores_both_stops_the_task_at_the_usual_limit(count: int) -> None:
    """Whether the list is whole is not known, so nothing may be decided on it. No wait goes on over it."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        Listing(server(count, 1000))
    assert "GET /snapshots answered with 1000 rows" in str(caught.value)
    assert "it ignores 'marker' and 'offset'" in str(caught.value)
    assert "give ids in place of names" in str(caught.value)
    assert not is_transient(caught.value)


@pytest.mark.parametrize("limit", [100, 250, 500])
def test_at_another_round_number_it_warns(limit: int) -> None:
    """A project that always has 100 snapshots could do nothing any more if the task failed."""
    listing = Listing(server(1200, limit))
    assert listing.found == rows(limit)
    (warning,) = listing.warnings
    assert warning.startswith(f"GET /snapshots answered with exactly {limit} rows.")


def test_rows_that_move_between_two_pages_are_no_repeated_page() -> None:
    """While a list is read page by page, a new row at its head moves the others."""
    first, moved = rows(1200)[:1000], rows(1200)[999:]
    listing = Listing(first, moved, [])
    assert listing.found == rows(1200)


def test_a_new_row_does_not_make_a_repeated_page_look_like_the_rest() -> None:
    first = rows(1000)
    with pytest.raises(UnexpectedAnswerError):
        Listing(first, [{"id": "new"}, *first[:-1]], [{"id": "new"}, *first[:-1]])


def test_a_server_that_begins_again_after_the_last_page_is_no_end() -> None:
    first, rest = rows(1200)[:1000], rows(1200)[1000:]
    with pytest.raises(UnexpectedAnswerError, match="answered with 1200 rows"):
        Listing(first, rest, first)
