# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `acronis_workload`, their order and number, and its results."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from support.exchange.acronis import CLIENT, EVERYTHING, STRANGER, TENANT, TYPE, AcronisExchange, record
from support.module import warnings_of

ID = {"workload_id": "w1"}
WHERE: dict[str, Any] = {"tenant_id": TENANT, "type": TYPE}
NEW = {"hostname": "web-1.new", "mac_address": "fa:16:3e:00:00:02"}
BROKEN = [requests.ConnectionError("dropped"), requests.ReadTimeout("too slow")]


# ---- change --------------------------------------------------------------------------------------


def test_walk_through(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.patch({"name": "shop-1", "attributes": NEW})
    acronis.listing([record(name="shop-1", attributes=NEW)], **ID)
    result = acronis.run(workload_id="w1", name="shop-1", attributes=NEW)
    assert (result["changed"], result["id"]) == (True, "w1")
    assert result["plan"] == [
        {
            "action": "update",
            "kind": "Acronis workload",
            "name": "web-1",
            "id": "w1",
            "fields": ["name", "attributes.hostname", "attributes.mac_address"],
        }
    ]
    assert result["diff"]["before"] == {"name": "web-1", "attributes": record()["attributes"]}
    assert result["diff"]["after"] == {"name": "shop-1", "attributes": NEW}
    assert (result["workload"]["name"], result["workload"]["attributes"], result["workload"]["tenant_id"]) == (
        "shop-1",
        NEW,
        "286",
    )


@pytest.mark.parametrize("check", [False, True])
def test_what_is_as_declared_is_one_read(acronis: AcronisExchange, check: bool) -> None:
    acronis.listing([record(allowed_actions=["cti.b", "cti.a"])], **ID)
    result = acronis.run(
        check=check,
        workload_id="w1",
        name="web-1",
        type=TYPE,
        attributes=record()["attributes"],
        allowed_actions=["cti.a", "cti.b", "cti.a"],
        enabled=True,
        owner_client_id=CLIENT,
    )
    assert (result["changed"], result["plan"]) == (False, [])


def test_check_mode_predicts_and_does_not_write(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    result = acronis.run(check=True, workload_id="w1", attributes={"hostname": "new"}, enabled=False)
    assert result["changed"]
    assert result["workload"]["attributes"] == {"hostname": "new", "mac_address": "fa:16:3e:00:00:01"}
    assert result["workload"]["enabled"] is False


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"name": "other"}, {"name": "other"}),
        ({"attributes": {"hostname": "new"}}, {"attributes": {"hostname": "new", "mac_address": "fa:16:3e:00:00:01"}}),
        ({"attributes": {"hostname": "new"}, "attributes_mode": "replace"}, {"attributes": {"hostname": "new"}}),
        ({"attributes": {}, "attributes_mode": "replace"}, {"attributes": {}}),
        ({"attributes": {"mac_address": None}}, {"attributes": {"hostname": "web-1.old"}}),
        ({"allowed_actions": ["cti.b", "cti.a"]}, {"allowed_actions": ["cti.a", "cti.b"]}),
        ({"enabled": False}, {"enabled": False}),
        ({"owner_client_id": STRANGER}, {"client_id": STRANGER}),
        ({"enabled": False, "name": "web-1", "attributes": {"hostname": "web-1.old"}}, {"enabled": False}),
    ],
    ids=str,
)
def test_only_what_differs_is_sent(acronis: AcronisExchange, options: dict[str, Any], sent: dict[str, Any]) -> None:
    acronis.listing([record()], **ID)
    acronis.patch(sent)
    acronis.listing([record(**sent)], **ID)
    assert acronis.run(workload_id="w1", **options)["changed"]


def test_empty_list_of_actions_takes_all_away(acronis: AcronisExchange) -> None:
    acronis.listing([record(allowed_actions=["cti.a"])], **ID)
    acronis.patch({"allowed_actions": []})
    acronis.listing([record()], **ID)
    assert acronis.run(workload_id="w1", allowed_actions=[])["changed"]


@pytest.mark.parametrize(("shown", "wanted"), [(1, True), (True, 1), ("1", 1), (None, 0), ({"a": 1}, {"a": 2})])
def test_values_of_other_types_differ(acronis: AcronisExchange, shown: Any, wanted: Any) -> None:
    acronis.listing([record(attributes={"x": shown})], **ID)
    assert acronis.run(check=True, workload_id="w1", attributes={"x": wanted})["plan"][0]["fields"] == ["attributes.x"]


def test_null_is_as_good_as_none(acronis: AcronisExchange) -> None:
    acronis.listing([record(attributes={"x": None})], **ID)
    assert not acronis.run(workload_id="w1", attributes={"x": None, "y": None}, attributes_mode="replace")["changed"]


def test_unmanaged_null_stays(acronis: AcronisExchange) -> None:
    acronis.listing([record(attributes={"x": None, "y": 1})], **ID)
    acronis.patch({"attributes": {"x": None, "y": 2}})
    acronis.listing([record(attributes={"x": None, "y": 2})], **ID)
    assert acronis.run(workload_id="w1", attributes={"y": 2})["changed"]


def test_server_that_merges_cannot_take_attributes_away(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.patch({"attributes": {"hostname": "new"}})
    acronis.listing([record(attributes={"hostname": "new", "mac_address": "fa:16:3e:00:00:01"})], **ID)
    failed = acronis.fail(workload_id="w1", attributes={"hostname": "new"}, attributes_mode="replace", timeout=0)
    assert failed.error == {"code": "not_converged"}
    assert "keeps the attributes mac_address. This server merges attributes" in str(failed)


def test_change_that_does_not_show_is_told(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.patch({"enabled": False})
    acronis.listing([record()], **ID)
    failed = acronis.fail(workload_id="w1", enabled=False, timeout=0)
    assert failed.error == {"code": "not_converged"}
    assert "enabled is True, wanted is False" in str(failed)


def test_record_that_is_gone_after_the_change_is_told(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.patch({"enabled": False})
    acronis.listing([], **ID)
    assert "is not there any more" in str(acronis.fail(workload_id="w1", enabled=False, timeout=0))


def test_slow_change_is_waited_for(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.patch({"enabled": False}, status=200)
    acronis.listing([record()], **ID)
    acronis.listing([record(enabled=False)], **ID)
    assert acronis.run(workload_id="w1", enabled=False)["workload"]["enabled"] is False


def test_without_waiting_nothing_is_read_back(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    acronis.patch({"enabled": False})
    assert acronis.run(workload_id="w1", enabled=False, wait=False)["workload"]["enabled"] is False


def test_enabled_that_is_not_shown_is_left_alone(acronis: AcronisExchange) -> None:
    acronis.listing([record(enabled=None)], **ID)
    result = acronis.run(workload_id="w1", enabled=False)
    assert not result["changed"]
    assert ["does not show 'enabled'" in text for text in warnings_of(result)] == [True]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_change_is_repeated_twice(acronis: AcronisExchange, status: int) -> None:
    acronis.listing([record()], **ID)
    for again in (status, status, 204):
        acronis.patch({"enabled": False}, status=again)
    acronis.listing([record(enabled=False)], **ID)
    assert acronis.run(workload_id="w1", enabled=False)["changed"]


@pytest.mark.parametrize("broken", BROKEN, ids=str)
@pytest.mark.parametrize("took_effect", [True, False])
def test_lost_change_is_looked_at(acronis: AcronisExchange, broken: Exception, took_effect: bool) -> None:
    acronis.listing([record()], **ID)
    for _again in range(3):
        acronis.patch({"enabled": False}, reply=broken)
    acronis.listing([record(enabled=not took_effect)], **ID)
    if took_effect:
        assert acronis.run(workload_id="w1", enabled=False)["changed"]
    else:
        assert acronis.fail(workload_id="w1", enabled=False, timeout=0).error["code"] == "lost_answer"


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 415, 302])
def test_refused_change_is_not_repeated(acronis: AcronisExchange, status: int) -> None:
    acronis.listing([record()], **ID)
    acronis.patch(
        {"enabled": False}, status=status, reply={"code": "x", "message": "No", "details": {"info": "not so"}}
    )
    failed = acronis.fail(workload_id="w1", enabled=False)
    assert failed.error["status"] == status
    assert "No: not so" in str(failed)


# ---- find ----------------------------------------------------------------------------------------


def test_by_name_only_what_fits_is_taken(acronis: AcronisExchange) -> None:
    others = [
        record(id="w2", name="web-10"),
        record(id="w3", type="cti.other"),
        record(id="w4", attributes={"mac_address": "other"}),
    ]
    acronis.listing([*others, record()], **WHERE)
    acronis.patch({"enabled": False})
    acronis.listing([record(enabled=False)], **ID)
    mac = {"mac_address": "fa:16:3e:00:00:01"}
    assert (
        acronis.run(name="web-1", **WHERE, attributes=mac, match_attributes=["mac_address"], enabled=False)["id"]
        == "w1"
    )


def test_several_hits_are_listed(acronis: AcronisExchange) -> None:
    acronis.listing([record(), record(id="w2")])
    failed = acronis.fail(name="web-1", enabled=False)
    assert failed.error == {"code": "ambiguous_name"}
    assert "w1, w2" in str(failed)


def test_all_pages_are_looked_through(acronis: AcronisExchange) -> None:
    acronis.listing([record(id="w2", name="other")], after="c+/=1", tenant_id=TENANT)
    for cursor, row, following in (("c+/=1", record(id="w3"), {"after": "c2"}), ("c2", record(), {})):
        acronis.call(
            "GET",
            "/workloads",
            {"items": [row], "paging": {"cursors": following}},
            query={**EVERYTHING, "tenant_id": TENANT, "after": cursor},
        )
    assert "w3, w1" in str(acronis.fail(name="web-1", tenant_id=TENANT, enabled=False))


@pytest.mark.parametrize("rows", [[], [record(id="w10")]])
def test_unknown_id_is_an_error(acronis: AcronisExchange, rows: list[dict[str, Any]]) -> None:
    acronis.listing(rows, **ID)
    assert acronis.fail(workload_id="w1", enabled=False).error == {"code": "unknown_name"}


@pytest.mark.parametrize("given", [{}, {"tenant_id": TENANT}, {"type": TYPE}], ids=str)
def test_unknown_name_is_registered_only_where_that_is_possible(
    acronis: AcronisExchange, given: dict[str, Any]
) -> None:
    acronis.listing([], **given)
    failed = acronis.fail(name="web-1", **given)
    assert failed.error == {"code": "unknown_name"}
    assert "'tenant_id' and 'type' are needed" in str(failed)


def test_other_type_is_an_error(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    assert acronis.fail(workload_id="w1", type="cti.other").error == {"code": "immutable_field"}


def test_tenant_is_never_compared(acronis: AcronisExchange) -> None:
    acronis.listing([record(tenant_id=286)], **ID, tenant_id=TENANT)
    result = acronis.run(workload_id="w1", tenant_id=TENANT, enabled=True)
    assert (result["changed"], result["workload"]["tenant_id"]) == (False, "286")


def test_renamed_record_is_known_by_its_new_name(acronis: AcronisExchange) -> None:
    acronis.listing([record(name="shop-1")])
    assert not acronis.run(name="web-1", new_name="shop-1")["changed"]


def test_renaming_onto_another_is_refused(acronis: AcronisExchange) -> None:
    acronis.listing([record(), record(id="w2", name="shop-1")])
    failed = acronis.fail(name="web-1", new_name="shop-1")
    assert failed.error == {"code": "ambiguous_name"}
    assert "(w1) and also one with the new name 'shop-1' (w2)" in str(failed)


@pytest.mark.parametrize(
    "bad",
    [
        {"attributes": ["hostname"]},
        {"allowed_actions": "cti.a"},
        {"allowed_actions": [1]},
        {"id": None},
    ],
    ids=str,
)
def test_record_of_another_shape_is_an_error(acronis: AcronisExchange, bad: dict[str, Any]) -> None:
    acronis.listing([record(**bad)], **ID)
    code = "unexpected_answer" if bad == {"id": None} else "bad_answer"
    assert acronis.fail(workload_id="w1", enabled=False).error["code"] == code


@pytest.mark.parametrize(
    "answer",
    [
        "<html>Log in</html>",
        "",
        {"workloads": []},
        {"items": {}},
        {"items": [], "paging": [1]},
        {"items": [], "paging": {"cursors": 1}},
    ],
    ids=str,
)
def test_list_of_another_shape_is_an_error(acronis: AcronisExchange, answer: Any) -> None:
    acronis.call("GET", "/workloads", answer, query={**EVERYTHING, **ID})
    code = "bad_answer" if answer in ("<html>Log in</html>", "") or "paging" in answer else "unexpected_answer"
    assert acronis.fail(workload_id="w1", state="absent").error["code"] == code


@pytest.mark.parametrize("passing", [500, 502, 503, 504, 429, *BROKEN], ids=str)
def test_read_is_repeated_twice(acronis: AcronisExchange, passing: Any) -> None:
    query = {**EVERYTHING, **ID}
    for _again in range(2):
        acronis.call(
            "GET",
            "/workloads",
            passing if isinstance(passing, Exception) else "",
            status=passing if isinstance(passing, int) else 200,
            query=query,
        )
    acronis.listing([record()], **ID)
    assert not acronis.run(workload_id="w1", enabled=True)["changed"]


@pytest.mark.parametrize(("passing", "code"), [(503, "refused"), (BROKEN[0], "unreachable")], ids=str)
def test_read_is_not_repeated_more_often(acronis: AcronisExchange, passing: Any, code: str) -> None:
    query = {**EVERYTHING, **ID}
    for _again in range(3):
        acronis.call(
            "GET",
            "/workloads",
            passing if isinstance(passing, Exception) else "",
            status=passing if isinstance(passing, int) else 200,
            query=query,
        )
    assert acronis.fail(workload_id="w1", enabled=True).error["code"] == code


# ---- register ------------------------------------------------------------------------------------

SENT = {
    "name": "web-1",
    "tenant_id": TENANT,
    "type": TYPE,
    "client_id": CLIENT,
    "attributes": NEW,
    "enabled": True,
    "allowed_actions": ["cti.a"],
}
WANTED: dict[str, Any] = {"name": "web-1", **WHERE, "attributes": NEW, "enabled": True, "allowed_actions": ["cti.a"]}
MADE = record(id="w9", attributes=NEW, allowed_actions=["cti.a"])


def test_register_waits_until_the_list_shows_it(acronis: AcronisExchange) -> None:
    other = record(id="w8", name="other")
    acronis.listing([other], **WHERE)
    acronis.call("POST", "/workloads", body={"items": [SENT]}, status=204)
    acronis.listing([other], **WHERE)
    acronis.listing([other, MADE], **WHERE)
    acronis.listing([MADE], workload_id="w9")
    result = acronis.run(**WANTED)
    assert (result["changed"], result["id"], result["plan"][0]["action"]) == (True, "w9", "create")
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["tenant_id"] == TENANT
    assert result["workload"]["tenant_id"] == "286"


def test_register_in_check_mode(acronis: AcronisExchange) -> None:
    acronis.listing([], **WHERE)
    result = acronis.run(check=True, **WANTED)
    assert (result["changed"], result["id"], result["workload"]["name"], result["workload"]["owner_client_id"]) == (
        True,
        None,
        "web-1",
        CLIENT,
    )


def test_register_with_another_owner_and_only_what_is_given(acronis: AcronisExchange) -> None:
    acronis.listing([], **WHERE)
    acronis.call(
        "POST",
        "/workloads",
        body={"items": [{"name": "web-1", **WHERE, "client_id": STRANGER}]},
        status=200,
        reply={"items": [{"id": "w9"}]},
    )
    made = record(id="w9", client_id=STRANGER)
    acronis.listing([record(id="w7"), made], **WHERE)  # the other one is of another client
    acronis.listing([made], workload_id="w9")
    assert acronis.run(name="web-1", **WHERE, owner_client_id=STRANGER)["id"] == "w9"


def test_register_without_waiting(acronis: AcronisExchange) -> None:
    acronis.listing([], **WHERE)
    acronis.call("POST", "/workloads", body={"items": [SENT]}, status=204)
    result = acronis.run(**WANTED, wait=False)
    assert (result["changed"], result["id"], result["workload"]["name"]) == (True, None, "web-1")


def test_record_that_got_the_name_meanwhile_is_not_taken_for_the_new_one(acronis: AcronisExchange) -> None:
    acronis.listing([record(id="w8", name="other")], **WHERE)
    acronis.call("POST", "/workloads", body={"items": [SENT]}, status=204)
    acronis.listing([record(id="w8")], **WHERE)
    acronis.listing([record(id="w8"), MADE], **WHERE)
    acronis.listing([MADE], workload_id="w9")
    assert acronis.run(**WANTED)["id"] == "w9"


def test_register_that_never_shows(acronis: AcronisExchange) -> None:
    acronis.listing([], **WHERE)
    acronis.call("POST", "/workloads", body={"items": [SENT]}, status=204)
    acronis.listing([], **WHERE)
    failed = acronis.fail(**WANTED, timeout=0)
    assert failed.error == {"code": "wait_timeout"}
    assert "created once more" in str(failed)


def test_register_that_shows_twice(acronis: AcronisExchange) -> None:
    acronis.listing([], **WHERE)
    acronis.call("POST", "/workloads", body={"items": [SENT]}, status=204)
    acronis.listing([MADE, {**MADE, "id": "w10"}], **WHERE)
    assert "w9, w10" in str(acronis.fail(**WANTED))


@pytest.mark.parametrize("broken", [500, 503, *BROKEN], ids=str)
@pytest.mark.parametrize("took_effect", [True, False])
def test_lost_report_is_looked_for_and_never_repeated(acronis: AcronisExchange, broken: Any, took_effect: bool) -> None:
    acronis.listing([], **WHERE)
    status, reply = (204, broken) if isinstance(broken, Exception) else (broken, "")
    acronis.call("POST", "/workloads", reply, body={"items": [SENT]}, status=status)
    if took_effect:
        acronis.listing([MADE], **WHERE)
        acronis.listing([MADE], workload_id="w9")
        result = acronis.run(**WANTED)
        assert result["id"] == "w9"
        assert ["was taken over" in text for text in warnings_of(result)] == [True]
    else:
        acronis.listing([], **WHERE)
        assert acronis.fail(**WANTED, timeout=0).error["code"] == "lost_answer"


def test_lost_report_is_read_back_even_if_the_task_does_not_wait(acronis: AcronisExchange) -> None:
    acronis.listing([], **WHERE)
    acronis.call("POST", "/workloads", BROKEN[0], body={"items": [SENT]})
    acronis.listing([MADE], **WHERE)
    acronis.listing([MADE], workload_id="w9")
    assert acronis.run(**WANTED, wait=False)["id"] == "w9"


def test_register_on_a_server_that_does_not_show_enabled(acronis: AcronisExchange) -> None:
    made = {**MADE, "enabled": None}
    acronis.listing([], **WHERE)
    acronis.call("POST", "/workloads", body={"items": [SENT]}, status=204)
    acronis.listing([made], **WHERE)
    acronis.listing([made], workload_id="w9")
    assert acronis.run(**WANTED, timeout=0)["workload"]["enabled"] is None


@pytest.mark.parametrize("status", [400, 403, 409, 415, 429])
def test_refused_report(acronis: AcronisExchange, status: int) -> None:
    acronis.listing([], **WHERE)
    acronis.call("POST", "/workloads", {"message": "no"}, body={"items": [SENT]}, status=status)
    assert acronis.fail(**WANTED).error["status"] == status


# ---- unregister ----------------------------------------------------------------------------------


@pytest.mark.parametrize("found_by", [{"workload_id": "w1"}, {"name": "web-1", **WHERE}], ids=str)
def test_unregister(acronis: AcronisExchange, found_by: dict[str, Any]) -> None:
    acronis.listing([record()], **(WHERE if "name" in found_by else ID))
    acronis.call("DELETE", "/workloads", query=ID, status=204)
    acronis.listing([record()], **ID)
    acronis.listing([], **ID)
    result = acronis.run(**found_by, state="absent")
    assert (result["changed"], result["workload"], result["id"]) == (True, None, "w1")
    assert result["diff"] == {"before": {"name": "web-1", "id": "w1"}, "after": {}}


def test_unregister_in_check_mode(acronis: AcronisExchange) -> None:
    acronis.listing([record()], **ID)
    assert acronis.run(check=True, workload_id="w1", state="absent")["changed"]


def test_unregister_what_is_not_there(acronis: AcronisExchange) -> None:
    acronis.listing([record(name="shop-1")])
    assert not acronis.run(name="web-1", new_name="shop-1", state="absent")["changed"]


@pytest.mark.parametrize("answers", [[503, 204], [BROKEN[0], 404], [502, 502, 502]], ids=str)
def test_unregister_is_repeated(acronis: AcronisExchange, answers: list[Any]) -> None:
    acronis.listing([record()], **ID)
    for answer in answers:
        broken = isinstance(answer, Exception)
        acronis.call("DELETE", "/workloads", answer if broken else "", query=ID, status=204 if broken else answer)
    for _look in range(1 if answers[-1] == 204 else 2):
        acronis.listing([], **ID)
    assert acronis.run(workload_id="w1", state="absent")["changed"]


@pytest.mark.parametrize(("status", "code"), [(404, "refused"), (500, "lost_answer")])
def test_unregister_that_fails(acronis: AcronisExchange, status: int, code: str) -> None:
    acronis.listing([record()], **ID)
    for _again in range(3 if status == 500 else 1):
        acronis.call("DELETE", "/workloads", "no such endpoint", query=ID, status=status)
    acronis.listing([record()], **ID)
    assert acronis.fail(workload_id="w1", state="absent").error["code"] == code


# ---- ownership -----------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("options", [{"enabled": False}, {"state": "absent"}, {"owner_client_id": CLIENT}], ids=str)
@pytest.mark.parametrize("owner", [STRANGER, None])
def test_record_of_somebody_else_is_not_touched(
    acronis: AcronisExchange, options: dict[str, Any], owner: str, check: bool
) -> None:
    acronis.listing([record(client_id=owner)], **ID)
    failed = acronis.fail(check=check, workload_id="w1", **options)
    assert failed.error == {"code": "not_owner"}
    assert f"belongs to the API client {owner}" in str(failed)


def test_record_of_somebody_else_that_is_as_declared_is_fine(acronis: AcronisExchange) -> None:
    acronis.listing([record(client_id=STRANGER)], **ID)
    assert not acronis.run(workload_id="w1", enabled=True)["changed"]


def test_force_touches_it(acronis: AcronisExchange) -> None:
    acronis.listing([record(client_id=STRANGER)], **ID)
    acronis.patch({"enabled": False})
    acronis.listing([record(client_id=STRANGER, enabled=False)], **ID)
    assert acronis.run(workload_id="w1", enabled=False, force=True)["changed"]


@pytest.mark.parametrize(
    ("rows", "options"), [([record()], {"enabled": False}), ([], WHERE)], ids=["change", "register"]
)
def test_token_does_not_tell_who_is_logged_in(
    acronis: AcronisExchange, rows: list[dict[str, Any]], options: dict[str, Any]
) -> None:
    acronis.token = "given-token"
    acronis.listing(rows, **({} if rows else WHERE))
    failed = acronis.fail(
        name="web-1", **options, client_id=None, client_secret=None, access_token="given-token", logins=0
    )
    assert failed.error == {"code": "invalid_option"}
    assert "'client_id' is needed" in str(failed)


# ---- options -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": ""}, "'name' is empty"),
        ({"name": "a", "tenant_id": ""}, "'tenant_id' is empty"),
        ({"name": None}, "'name' and 'workload_id' is needed"),
        ({"workload_id": "a,b"}, "cannot be an id"),
        ({"name": "a", "type": "or(a)"}, "cannot be an id or a type"),
        ({"name": "a", "match_attributes": ["mac"]}, "names mac, of which"),
        ({"name": "a", "match_attributes": ["mac"], "attributes": {"mac": None}}, "names mac, of which"),
    ],
)
def test_wrong_options_are_refused_before_the_first_request(
    acronis: AcronisExchange, options: dict[str, Any], message: str
) -> None:
    failed = acronis.fail(**options, logins=0)
    assert failed.error == {"code": "invalid_option"}
    assert message in str(failed)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"workload_id": "w1", "new_name": "x"},
        {"workload_id": "w1", "match_attributes": ["x"], "attributes": {"x": 1}},
    ],
    ids=str,
)
def test_options_that_need_or_exclude_each_other(acronis: AcronisExchange, options: dict[str, Any]) -> None:
    assert acronis.fail(**options, logins=0).error == {"code": "invalid_option"}


# ---- odd answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["deleting", {"connection": "online"}], ids=str)
def test_a_status_of_a_record_means_nothing(acronis: AcronisExchange, status: Any) -> None:
    """The list has a parameter for a status that no task asks for, and the reference does not describe its form."""
    acronis.listing([record(status=status)], **ID)
    acronis.call("DELETE", "/workloads", query=ID, status=204)
    acronis.listing([], **ID)
    assert acronis.run(workload_id="w1", state="absent")["changed"]


def test_a_list_with_a_record_of_another_shape_is_not_trusted(acronis: AcronisExchange) -> None:
    acronis.listing([record(name="other", attributes=[])], **WHERE)
    failed = acronis.fail(name="web-1", **WHERE)
    assert failed.error["code"] == "bad_answer"
