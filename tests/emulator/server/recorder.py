# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recorder of all requests that clients make."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Effect = Literal["READ", "WRITE"]


@dataclass(frozen=True)
class Record:
    """One request.

    `effect` does not follow from the verb: some GETs of workloadmgr change state (reference B.4, Q18).
    `status` is None if the connection was closed without a response.
    `fault` is the kind of the fault that hit the request, or None.
    """

    n: int
    time: str
    method: str
    path: str
    query: str
    body: Any
    status: int | None
    project: str | None
    user: str | None
    kind: str
    effect: Effect
    fault: str | None


class Recorder:
    """All records since the last reset. Numbers go on after a reset, so that marks stay valid."""

    def __init__(self) -> None:
        """Start with no records."""
        self._records: list[Record] = []
        self._last = 0

    def add(self, **values: Any) -> None:
        """Add a record; the values are those of a `Record` without its number."""
        self._last += 1
        self._records.append(Record(n=self._last, **values))

    def mark(self) -> int:
        """Return the number of the newest record, for `since`."""
        return self._last

    def since(self, mark: int = 0, **wanted: str) -> list[dict[str, Any]]:
        """Return the records after a mark, oldest first, as dicts.

        :param wanted: Values that fields of `Record` must have.
        """
        newer = [asdict(record) for record in self._records if record.n > mark]
        return [record for record in newer if all(str(record[name]) == value for name, value in wanted.items())]

    def clear(self, project_id: str | None = None) -> None:
        """Forget the records, or only those of one project."""
        self._records = [record for record in self._records if project_id is not None and record.project != project_id]


def readable(body: bytes) -> Any:
    """Return a request body as JSON data, else as text; None if it is empty."""
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
