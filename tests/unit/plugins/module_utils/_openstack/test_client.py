# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client: what a call sends, when it is repeated, and how answers are judged. The session is a real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import requests_mock
from hypothesis import given
from hypothesis import strategies as st
from keystoneauth1 import session, token_endpoint
from support.clock import FakeClock

from ansible_collections.openprotect.backup.plugins.module_utils._core.call import READ, WRITE, Call
from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    BadAnswerError,
    CheckModeWriteError,
    ForbiddenError,
    GoneError,
    LicenceError,
    LostAnswerError,
    RefusedError,
    RequestError,
    UnexpectedAnswerError,
    UnreachableError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._core.response import other_number
from ansible_collections.openprotect.backup.plugins.module_utils._core.waiting import is_transient
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.client import Client, next_page

URL = "http://wlm.test:8781/v1/4dfe98a43bfa404785a812020066b4d6"
REQUEST_ID = "req-7f2c1f6e-3a52-4d0c-8e55-0a1f6d0c9b11"
LIST = Call("GET", "/things", READ, response_key="things", response_type=list)
SHOW = Call("GET", "/things/{id}", READ, response_key="thing")
FLAG = Call("GET", "/flag", READ, response_key="flag", response_type=bool)
CREATE = Call("POST", "/things", WRITE, request_key="thing", response_key="thing")
UPDATE = Call("PUT", "/things/{id}", WRITE, request_key="thing")
CANCEL = Call("GET", "/things/{id}/cancel", WRITE)
SETTINGS = Call("POST", "/settings", READ, request_key="settings", response_key="settings", response_type=list)

LATE = [requests.exceptions.ConnectTimeout("timed out"), requests.exceptions.ReadTimeout("timed out")]
BROKEN = [
    requests.exceptions.ConnectionError("Connection refused"),
    requests.exceptions.SSLError("certificate verify failed"),
    requests.exceptions.ChunkedEncodingError("Connection broken: IncompleteRead"),
]
PASSING = [429, 500, 502, 503, 504]


@pytest.fixture
def mock() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as mocker:
        yield mocker


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def make(clock: FakeClock | None = None, **options: Any) -> Client:
    """Return a client with a real session and a fixed token."""
    given_options = {"project_id": "p1", "check_mode": False, "clock": clock or FakeClock(), **options}
    return Client(session.Session(auth=token_endpoint.Token(URL, "issued-token")), URL + "/", **given_options)


# ---- what is sent --------------------------------------------------------------------------------


def test_a_whole_body_is_read_and_judged_like_others(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/flag", [{"json": {"flag": True, "since": "today"}}, {"json": {"since": "today"}}])
    assert make().read_document(FLAG) == {"flag": True, "since": "today"}
    with pytest.raises(BadAnswerError, match="without the key 'flag'"):
        make().read_document(FLAG)


def test_a_call_sends_what_it_declares(mock: requests_mock.Mocker) -> None:
    mock.put(f"{URL}/things/a%2Fb%3F", status_code=202)
    assert make().send(UPDATE, {"name": "x"}, query={"force": "a b"}, id="a/b?") is None
    (request,) = mock.request_history
    assert (request.method, request.url) == ("PUT", f"{URL}/things/a%2Fb%3F?force=a+b")
    assert request.json() == {"thing": {"name": "x"}}
    assert {
        name: request.headers.get(name) for name in ("X-Auth-Token", "X-Auth-Project-Id", "Accept", "Content-Type")
    } == {
        "X-Auth-Token": "issued-token",
        "X-Auth-Project-Id": "p1",
        "Accept": "application/json",
        "Content-Type": "application/json",
    }


def test_a_call_without_a_body_sends_none(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/things/1/cancel")
    make().send(CANCEL, id="1")
    assert [request.body for request in mock.request_history] == [None]


def test_a_call_without_a_wrapper_sends_the_body_as_it_is(mock: requests_mock.Mocker) -> None:
    mock.post(f"{URL}/list", status_code=200)
    make().send(Call("POST", "/list", WRITE), [{"a": 1}])
    assert [request.json() for request in mock.request_history] == [[{"a": 1}]]


SLOW = Call("GET", "/things", READ, response_key="things", response_type=list, timeout=900)


@pytest.mark.parametrize(
    ("call", "chosen", "seconds"),
    [
        (LIST, None, 60),
        (CREATE, None, 600),
        (SLOW, None, 900),
        (SLOW, 7.5, 900),
        (SLOW, 1000, 1000),
        (LIST, 7.5, 7.5),
        (CREATE, 7.5, 7.5),
    ],
)
def test_time_outs(mock: requests_mock.Mocker, call: Call, chosen: float | None, seconds: float) -> None:
    mock.register_uri("GET", f"{URL}/things", json={"things": []})
    mock.register_uri("POST", f"{URL}/things", json={"thing": {"id": "1"}})
    make(timeout=chosen).send(call)
    assert [request.timeout for request in mock.request_history] == [seconds]


def test_check_mode_refuses_what_writes_by_its_effect_and_not_by_its_verb(mock: requests_mock.Mocker) -> None:
    mock.post(f"{URL}/settings", json={"settings": []})
    client = make(check_mode=True)
    for call in (CREATE, UPDATE, CANCEL):
        with pytest.raises(CheckModeWriteError, match="was about to be sent in check mode"):
            client.send(call, id="1")
    assert not mock.called
    assert client.send(SETTINGS, {}) == []


def test_no_redirect_is_followed(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/things", status_code=302, headers={"Location": "http://login.test/"})
    with pytest.raises(RefusedError) as caught:
        make().send(LIST)
    assert (caught.value.status, mock.call_count) == (302, 1)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://wlm.test:8781/v1/p/things?token=secret", "to https://wlm.test:8781/v1/p/things."),
        ("https://user:secret@login.test/#secret", "to https://login.test/."),
        ("/login?next=secret", "to /login."),
    ],
)
@pytest.mark.parametrize("call", [LIST, CREATE])
def test_a_redirect_says_where_to_and_is_not_followed(
    mock: requests_mock.Mocker, call: Call, location: str, shown: str
) -> None:
    """A catalog entry with http behind TLS, or a login page in front of the service."""
    mock.register_uri(call.method, f"{URL}/things", status_code=301, text="Moved", headers={"Location": location})
    with pytest.raises(RefusedError) as caught:
        make().send(call, {} if call is CREATE else None)
    assert shown in str(caught.value)
    assert "endpoint_override" in caught.value.hint
    assert "secret" not in str(caught.value)
    assert mock.call_count == 1


@pytest.mark.parametrize(("call", "code"), [(LIST, "bad_answer"), (CREATE, "lost_answer")])
def test_a_redirect_that_cannot_be_read(mock: requests_mock.Mocker, call: Call, code: str) -> None:
    mock.register_uri(call.method, f"{URL}/things", status_code=302, headers={"Location": "https://[secret"})
    with pytest.raises(RequestError) as caught:
        make().send(call, {} if call is CREATE else None)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)
    assert mock.call_count == 1


# ---- when it is repeated -------------------------------------------------------------------------


@pytest.mark.parametrize("status", PASSING)
def test_a_read_is_tried_four_times(mock: requests_mock.Mocker, clock: FakeClock, status: int) -> None:
    mock.get(f"{URL}/things", status_code=status)
    with pytest.raises(RefusedError) as caught:
        make(clock).send(LIST)
    assert (mock.call_count, clock.slept, caught.value.status) == (4, [2.0, 3.0, 4.5], status)


@pytest.mark.parametrize("error", BROKEN, ids=repr)
def test_a_read_without_an_answer_is_tried_again(
    mock: requests_mock.Mocker, clock: FakeClock, error: Exception
) -> None:
    mock.get(f"{URL}/things", [{"exc": error}, {"status_code": 503}, {"json": {"things": [{"id": "1"}]}}])
    assert make(clock, interval=0.5).send(LIST) == [{"id": "1"}]
    assert clock.slept == [0.5, 0.5]


@pytest.mark.parametrize("error", BROKEN, ids=repr)
def test_a_read_that_stays_without_an_answer_fails(mock: requests_mock.Mocker, error: Exception) -> None:
    mock.get(f"{URL}/things", exc=error)
    with pytest.raises(UnreachableError) as caught:
        make().send(LIST)
    assert mock.call_count == 4
    assert caught.value.details() == {
        "code": "unreachable",
        "status": None,
        "request_id": None,
        "method": "GET",
        "path": "/things",
    }
    assert f"GET /things got no answer from {URL}" in str(caught.value)


@pytest.mark.parametrize("error", LATE, ids=repr)
def test_a_read_that_timed_out_is_not_repeated(mock: requests_mock.Mocker, clock: FakeClock, error: Exception) -> None:
    """The first look at an imported snapshot takes minutes: four tries would only be four times the wait."""
    mock.get(f"{URL}/things", exc=error)
    with pytest.raises(UnreachableError) as caught:
        make(clock).send(LIST)
    assert (mock.call_count, clock.slept, caught.value.code) == (1, [], "unreachable")
    assert f"GET /things got no answer from {URL} within 60 seconds." in str(caught.value)
    assert "'api_timeout'" in str(caught.value)


@pytest.mark.parametrize(
    ("told", "slept"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("3600", 60.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 2.0),
        ("²", 2.0),
        ("-5", 2.0),
        ("", 2.0),
    ],
)
def test_retry_after(mock: requests_mock.Mocker, clock: FakeClock, told: str, slept: float) -> None:
    mock.get(f"{URL}/things", [{"status_code": 429, "headers": {"Retry-After": told}}, {"json": {"things": []}}])
    make(clock).send(LIST)
    assert clock.slept == [slept]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 501])
def test_a_read_that_was_refused_for_good_is_not_repeated(
    mock: requests_mock.Mocker, clock: FakeClock, status: int
) -> None:
    mock.get(f"{URL}/things", status_code=status)
    with pytest.raises(RefusedError):
        make(clock).send(LIST)
    assert (mock.call_count, clock.slept) == (1, [])


def test_an_answer_that_is_not_understood_is_not_asked_for_again(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/things", text="<html>")
    with pytest.raises(BadAnswerError):
        make().send(LIST)
    assert mock.call_count == 1


@pytest.mark.parametrize("call", [CREATE, UPDATE, CANCEL])
@pytest.mark.parametrize(
    "answer",
    [
        *({"status_code": status} for status in (500, 501, 502, 503, 504)),
        *({"exc": error} for error in (*BROKEN, *LATE)),
    ],
    ids=str,
)
def test_a_write_is_sent_once_and_what_became_of_it_is_not_known(
    mock: requests_mock.Mocker, clock: FakeClock, call: Call, answer: dict[str, Any]
) -> None:
    mock.register_uri(requests_mock.ANY, requests_mock.ANY, **answer)
    with pytest.raises(LostAnswerError) as caught:
        make(clock).send(call, id="1")
    assert (mock.call_count, clock.slept) == (1, [])
    assert "Whether the request took effect is not known; it was not repeated." in str(caught.value)
    assert caught.value.details()["status"] == answer.get("status_code")


@pytest.mark.parametrize("text", ["", "<html>", '{"thing": ', '{"thing": []}', "{}", '{"things": []}'])
def test_a_write_that_is_answered_with_nonsense_may_have_happened(mock: requests_mock.Mocker, text: str) -> None:
    mock.post(f"{URL}/things", text=text, status_code=202)
    with pytest.raises(LostAnswerError):
        make().send(CREATE, {})
    assert mock.call_count == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429])
def test_a_write_that_was_refused_did_not_happen(mock: requests_mock.Mocker, clock: FakeClock, status: int) -> None:
    mock.post(f"{URL}/things", status_code=status, headers={"Retry-After": "1"})
    with pytest.raises(RefusedError):
        make(clock).send(CREATE, {})
    assert (mock.call_count, clock.slept) == (1, [])


# ---- how an answer is judged ---------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "<html>", "[]"])
@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_where_no_answer_is_declared_any_body_will_do(mock: requests_mock.Mocker, text: str, status: int) -> None:
    mock.put(f"{URL}/things/1", text=text, status_code=status, headers={"Content-Type": "application/json"})
    assert make().send(UPDATE, {}, id="1") is None


@pytest.mark.parametrize(
    ("call", "content"),
    [
        (LIST, {}),
        (LIST, None),
        (LIST, "none"),
        (LIST, [[]]),
        (LIST, [{"name": "a"}]),
        (LIST, [{"id": None}]),
        (LIST, [{"id": "1"}, {"id": ["2"]}]),
        (Call("GET", "/things", READ, response_key="things", response_type=list, row_id="policy_id"), [{"id": "1"}]),
        (SHOW, []),
        (SHOW, "x"),
        (SHOW, {}),
        (SHOW, {"id": None}),
        (FLAG, "true"),
        (FLAG, 1),
        (FLAG, None),
    ],
)
def test_another_shape_is_no_answer_that_waiting_would_mend(
    mock: requests_mock.Mocker, call: Call, content: Any
) -> None:
    mock.get(requests_mock.ANY, json={str(call.response_key): content}, headers={"X-Compute-Request-Id": REQUEST_ID})
    with pytest.raises(BadAnswerError) as caught:
        make().send(call, id="1")
    assert caught.value.details() == {
        "code": "unexpected_answer",
        "status": 200,
        "request_id": REQUEST_ID,
        "method": "GET",
        "path": call.path.format(id="1"),
    }
    assert "of another shape" in str(caught.value)
    assert not is_transient(caught.value)


ONE = {"id": "1", "name": "web"}
WRAPPERS = [{"thing": ONE}, {"things": ONE}, {"things": [ONE]}, {"thing": [ONE]}]


@pytest.mark.parametrize("call", [SHOW, replace(SHOW, response_key="things")])
@pytest.mark.parametrize("body", WRAPPERS, ids=str)
def test_one_object_is_read_from_either_wrapper(mock: requests_mock.Mocker, call: Call, body: Any) -> None:
    mock.get(f"{URL}/things/1", json=body)
    assert make().send(call, id="1") == ONE


@pytest.mark.parametrize("body", WRAPPERS, ids=str)
def test_a_new_object_is_read_from_either_wrapper(mock: requests_mock.Mocker, body: Any) -> None:
    mock.post(f"{URL}/things", json=body)
    assert make().send(CREATE, {}) == ONE
    assert make().send(replace(CREATE, response_key="things", response_type=list), {}) == [ONE]


@pytest.mark.parametrize("key", ["thing", "things"])
def test_a_list_is_read_from_either_wrapper(mock: requests_mock.Mocker, key: str) -> None:
    mock.get(f"{URL}/things", json={key: [ONE, ONE]})
    assert make().send(LIST) == [ONE, ONE]


@pytest.mark.parametrize(
    "body",
    [
        {"things": [ONE, ONE]},
        {"things": [{"id": "2"}]},
        {"things": []},
        {"thing": None, "things": ONE},
        {"other": ONE},
        ONE,
    ],
    ids=str,
)
def test_no_other_object_is_taken_for_the_one_that_was_asked_for(mock: requests_mock.Mocker, body: Any) -> None:
    mock.get(f"{URL}/things/1", json=body)
    with pytest.raises(UnexpectedAnswerError):
        make().send(SHOW, id="1")
    assert mock.call_count == 1


def test_one_object_is_no_list(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/things", json={"things": ONE})
    with pytest.raises(UnexpectedAnswerError):
        make().send(LIST)


@pytest.mark.parametrize(
    ("one", "more"), [("workload", "workloads"), ("policy", "policies"), ("backup_target_type", "backup_target_types")]
)
def test_the_other_number_of_a_key(one: str, more: str) -> None:
    assert (other_number(one), other_number(more)) == (more, one)


@pytest.mark.parametrize(
    ("call", "content"),
    [
        (LIST, []),
        (LIST, [{"id": "1"}, {"id": 2, "more": None}]),
        (
            Call("GET", "/things", READ, response_key="things", response_type=list, row_id="policy_id"),
            [{"policy_id": "1"}],
        ),
        (SHOW, {"id": "1"}),
        (FLAG, False),
    ],
)
def test_the_declared_shape_is_returned(mock: requests_mock.Mocker, call: Call, content: Any) -> None:
    mock.get(requests_mock.ANY, json={str(call.response_key): content, "other": 1})
    assert make().send(call, id="1") == content


KEYS = st.sampled_from(["things", "thing", "flag", "id", "message"])
JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=6,
)


def is_right(call: Call, content: Any) -> bool:
    """Return whether the call may return this value."""
    rows = content if isinstance(content, list) else [content] if isinstance(content, dict) else []
    return isinstance(content, call.response_type) and all(isinstance(row["id"], (str, bool)) for row in rows)


@pytest.mark.parametrize("call", [LIST, SHOW, FLAG])
@given(
    status=st.sampled_from([200, 202, 204, 302, 400, 403, 404, 409]), text=st.text(max_size=60) | JSON.map(json.dumps)
)
def test_no_answer_is_taken_for_something_that_it_is_not(call: Call, status: int, text: str) -> None:
    with requests_mock.Mocker() as mock:
        mock.get(requests_mock.ANY, text=text, status_code=status)
        try:
            content = make().send(call, id="1")
        except RequestError as exc:
            failure = exc
        else:
            assert is_right(call, content)
            body = json.loads(text)
            wrapped = [body[key] for key in ("things", "thing", "flag") if key in body]
            assert content in wrapped or [content] in wrapped
            return
    assert failure.status == status
    assert failure.message.startswith(f"GET {failure.path} ")


@pytest.mark.parametrize(
    ("call", "status", "kind"),
    [
        (SHOW, 404, GoneError),
        (UPDATE, 404, GoneError),
        (LIST, 404, RefusedError),
        (CREATE, 404, RefusedError),
        (Call("GET", "/policies/{id}", READ, response_key="policies", response_type=list), 404, RefusedError),
        (SHOW, 401, ForbiddenError),
        (SHOW, 403, ForbiddenError),
        (SHOW, 400, RefusedError),
    ],
)
def test_classes_of_refusals(mock: requests_mock.Mocker, call: Call, status: int, kind: type[RefusedError]) -> None:
    mock.register_uri(requests_mock.ANY, requests_mock.ANY, status_code=status)
    with pytest.raises(RefusedError) as caught:
        make().send(call, id="1")
    assert caught.value.code == kind.code


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"badRequest": {"code": 400, "message": "Invalid uuid for id: x"}}', "Invalid uuid for id: x."),
        (
            '{"computeFault": {"message": "Please provide policy id.<br /><br />\\n\\n\\n"}}',
            "Please provide policy id.",
        ),
        ('{"error": "just text"}', "just text."),
        ('{"error": {"code": 400}}', '{"error": {"code": 400}}.'),
        ('{"error": {"message": ["a"]}}', '{"error": {"message": ["a"]}}.'),
        ("[1, 2]", "[1, 2]."),
        ("<html><head></head><body><h1>Bad\n Request</h1></body></html>", "Bad Request."),
        ("plain text", "plain text."),
        ("", "no reason."),
        ("{}", "{}."),
    ],
)
def test_what_the_server_says_stands_in_the_message(mock: requests_mock.Mocker, body: str, said: str) -> None:
    mock.get(f"{URL}/things", text=body, status_code=400, headers={"X-Compute-Request-Id": REQUEST_ID})
    with pytest.raises(RefusedError) as caught:
        make().send(LIST)
    assert caught.value.message == f"GET /things ({REQUEST_ID}) was refused with 400: {said}"
    assert caught.value.details() == {
        "code": "refused",
        "status": 400,
        "request_id": REQUEST_ID,
        "method": "GET",
        "path": "/things",
    }


def test_a_long_answer_is_cut(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/things", text="x" * 10000, status_code=400)
    with pytest.raises(RefusedError) as caught:
        make().send(LIST)
    assert len(caught.value.message) <= 501


@pytest.mark.parametrize("header", ["X-Compute-Request-Id", "x-compute-request-id", "X-OpenStack-Request-Id"])
def test_the_request_id_is_told(mock: requests_mock.Mocker, header: str) -> None:
    mock.get(f"{URL}/things", status_code=403, headers={header: REQUEST_ID})
    with pytest.raises(ForbiddenError) as caught:
        make().send(LIST)
    assert caught.value.request_id == REQUEST_ID
    assert REQUEST_ID in str(caught.value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_role_is_named(mock: requests_mock.Mocker, status: int) -> None:
    mock.get(f"{URL}/things", status_code=status)
    with pytest.raises(ForbiddenError, match="The user lacks a role for this in the project"):
        make().send(LIST)


def test_no_token_stands_in_a_message(mock: requests_mock.Mocker) -> None:
    for answer in ({"exc": BROKEN[0]}, {"status_code": 401}, {"status_code": 400, "text": "no"}, {"text": "<html>"}):
        mock.get(f"{URL}/things", **answer)
        with pytest.raises(RequestError) as caught:
            make().send(LIST)
        assert "issued-token" not in str(caught.value) + repr(caught.value) + str(caught.value.details())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"thing": {"secret": "hunter2"}}', "; its keys are: thing"),
        ('{"thing": {"secret": "hunter2"}, "other": 1}', "; its keys are: other, thing"),
        ('{"secret": "hunter2", "thi', ""),
        ('["hunter2"]', ""),
        (' "hunter2"', ""),
        ("<html><p>It works!</p></html>", "; it begins: It works!"),
    ],
)
def test_values_of_json_are_never_quoted(mock: requests_mock.Mocker, text: str, told: str) -> None:
    """A response of another shape can still hold the secret of an S3 bucket or the value of a trust."""
    mock.get(f"{URL}/things", text=text)
    with pytest.raises(BadAnswerError) as caught:
        make().send(LIST)
    assert "hunter2" not in str(caught.value)
    assert f"{told}. The response may come from a proxy" in str(caught.value)
    assert ("its keys are" in str(caught.value), "it begins" in str(caught.value)) == ("keys" in told, "begins" in told)


# ---- pages ---------------------------------------------------------------------------------------

PAGED = Call("GET", "/servers", READ, response_key="servers", response_type=list)


def page(*ids: str, following: str | None = None) -> dict[str, Any]:
    links = [{"rel": "previous", "href": "http://x/?marker=0"}]
    links += (
        [{"rel": "next", "href": f"http://elsewhere.test/v2.1/servers?limit=1&marker={following}"}] if following else []
    )
    return {"servers": [{"id": each} for each in ids], "servers_links": links}


def test_pages_are_followed_at_the_known_endpoint(mock: requests_mock.Mocker) -> None:
    mock.get(
        f"{URL}/servers", [{"json": page("1", following="1")}, {"json": page("2", following="2")}, {"json": page("3")}]
    )
    assert [row["id"] for row in make().send_pages(PAGED, "servers_links")] == ["1", "2", "3"]
    assert [request.query for request in mock.request_history] == ["", "limit=1&marker=1", "limit=1&marker=2"]
    assert {request.hostname for request in mock.request_history} == {"wlm.test"}


def test_a_page_that_names_itself_ends_the_list(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/servers", json=page("1", following="1"))
    assert len(make().send_pages(PAGED, "servers_links")) == 2
    assert mock.call_count == 2


def test_a_bad_page_fails_all(mock: requests_mock.Mocker) -> None:
    mock.get(f"{URL}/servers", [{"json": page("1", following="1")}, {"text": "<html>"}])
    with pytest.raises(BadAnswerError):
        make().send_pages(PAGED, "servers_links")


@pytest.mark.parametrize("links", [None, [], ["x"], [{"rel": "self", "href": "http://x/?marker=1"}], [{"rel": "next"}]])
def test_no_next_page(links: Any) -> None:
    assert next_page({"servers_links": links}, "servers_links") == {}


# ---- no licence ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 402, 403, 500])
@pytest.mark.parametrize(
    "text", ["License not found", "License expired", "The licence does not cover 12 servers", "No valid license"]
)
@pytest.mark.parametrize("call", [LIST, CREATE])
def test_a_missing_licence_is_said_at_once(
    mock: requests_mock.Mocker, clock: FakeClock, call: Call, text: str, status: int
) -> None:
    """Nothing is repeated, and nothing is looked for: the server did nothing."""
    fault = {"computeFault": {"code": status, "message": text}}
    mock.register_uri(call.method, f"{URL}/things", json=fault, status_code=status)
    with pytest.raises(LicenceError) as caught:
        make(clock).send(call, {} if call is CREATE else None)
    assert (mock.call_count, clock.slept, is_transient(caught.value)) == (1, [], False)
    assert caught.value.details()["code"] == "no_licence"
    assert f"was refused with {status}: {text}. The service has no valid licence for this" in str(caught.value)
    assert "Have an administrator upload one" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (403, "Policy doesn't allow workload:license_check to be performed.", "forbidden"),
        (503, "<html>License of the load balancer</html>", "lost_answer"),
        (400, "Workload license has snapshots, delete them first", "refused"),
        (400, "license-server is locked", "refused"),
        (404, "License server could not be found.", "refused"),
        (500, "Instance license: no such disk", "lost_answer"),
    ],
)
def test_what_only_looks_like_a_missing_licence(mock: requests_mock.Mocker, status: int, text: str, code: str) -> None:
    mock.post(f"{URL}/things", text=text, status_code=status)
    with pytest.raises(RequestError) as caught:
        make().send(CREATE, {})
    assert caught.value.code == code
