# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON documents in one table of SQLite."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

Doc = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS docs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, project TEXT, body TEXT NOT NULL,
    UNIQUE (kind, id));
CREATE INDEX IF NOT EXISTS by_project ON docs (kind, project);
"""


class Store:
    """All rows of the emulator. It is not thread-safe: callers hold the lock of the world.

    :param directory: Directory of the database file; None keeps the rows in memory.
    """

    def __init__(self, directory: Path | None = None) -> None:
        """Open the database; create it if needed."""
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
        name = ":memory:" if directory is None else str(directory / "emulator.sqlite")
        self._db = sqlite3.connect(name, check_same_thread=False)
        # Without waiting for the disk, as the services of tests/cloud: the rows outlive the process, not a power cut.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)

    def put(self, kind: str, doc: Doc) -> Doc:
        """Insert a document, or replace the one with its `id` and keep its place in the order of creation."""
        self._db.execute(
            "INSERT INTO docs (kind, id, project, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET project = excluded.project, body = excluded.body",
            (kind, doc["id"], doc.get("project_id"), json.dumps(doc)),
        )
        return doc

    def get(self, kind: str, identifier: str) -> Doc | None:
        """Return one document, or None."""
        row = self._db.execute("SELECT body FROM docs WHERE kind = ? AND id = ?", (kind, identifier)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def all(self, kind: str, project_id: str | None = None) -> list[Doc]:
        """Return the documents of a kind, or those of one project, oldest first."""
        query, values = "SELECT body FROM docs WHERE kind = ?", [kind]
        if project_id is not None:
            query, values = query + " AND project = ?", [kind, project_id]
        return [json.loads(row[0]) for row in self._db.execute(query + " ORDER BY seq", values)]

    def delete(self, kind: str, identifier: str) -> None:
        """Remove a document if it exists."""
        self._db.execute("DELETE FROM docs WHERE kind = ? AND id = ?", (kind, identifier))

    def clear(self, project_id: str | None = None) -> None:
        """Remove everything, or only what belongs to one project."""
        if project_id is None:
            self._db.execute("DELETE FROM docs")
        else:
            self._db.execute("DELETE FROM docs WHERE project = ?", (project_id,))

    def commit(self) -> None:
        """Commit the transaction."""
        self._db.commit()

    def rollback(self) -> None:
        """Roll the transaction back."""
        self._db.rollback()

    def close(self) -> None:
        """Close the database."""
        self._db.close()
