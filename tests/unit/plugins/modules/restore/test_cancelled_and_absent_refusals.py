# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores that `restore` refuses to delete."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import restores
from support.exchange.recording import QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY


@pytest.mark.parametrize("more", [{}, {"delete_resources": True}])
@pytest.mark.parametrize("dry", DRY)
def test_a_restore_that_runs_is_not_deleted(restoring: Exchange, more: dict[str, Any], dry: str) -> None:
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "status": "restoring"}})
    failed = restoring.fail("restore", id=restores.ID, state="absent", **more, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"'OneClick Restore' ({restores.ID}, restoring, 2020-11-05T10:17:40.000000) was not deleted, because it runs. Wait for its end, or cancel it"
        in str(failed)
    )


@pytest.mark.parametrize("state", ["absent", "cancelled"])
def test_a_key_that_several_have(restoring: Exchange, state: str) -> None:
    keyed = {**restores.LISTED, "description": "[openprotect:00000000:ticket-4711]"}
    restoring.get("/restores/detail", {"restores": [keyed, {**keyed, "id": restores.OTHER_ID}, restores.LISTED]})
    failed = restoring.fail("restore", request_key="ticket-4711", state=state, **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert "There are 2 restores with the key 'ticket-4711': 'OneClick Restore' (" in str(failed)
    assert "Give the 'id' of the restore that you mean." in str(failed)


def test_what_a_restore_in_place_overwrote_is_never_deleted(restoring: Exchange) -> None:
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "restore_options": restores.options("inplace")}})
    failed = restoring.fail("restore", id=restores.ID, state="absent", delete_resources=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"'OneClick Restore' ({restores.ID}, available, 2020-11-05T10:17:40.000000) is of the type 'inplace'" in str(
        failed
    )
    assert "Leave 'delete_resources' out to delete the record alone." in str(failed)
