# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The base class of all resources of Trilio."""

from __future__ import annotations

from typing import Optional

from .._core.errors import RequestError
from .._engine.model import D, Document
from .._engine.resource import Resource
from .._openstack.context import Context
from .._openstack.lookup import NamedReferences


class TrilioResource(Resource[D]):
    """A resource of Trilio.

    :ivar names: References of an object, with the missing names or ids filled in.
    """

    context: Context

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.names = NamedReferences(context.lookup)

    def is_own(self, document: Document) -> bool:
        """Return whether an object belongs to the project of the login, or does not show its project."""
        return not self.of_project or self.context.is_own(document)

    def show(self, key: str) -> Optional[Document]:
        """Return one object as the server shows it, None if it does not exist.

        :raises UnknownNameError: It belongs to another project.
        """
        document = super().show(key)
        if document is not None and self.of_project:
            self.context.require_own(self.describe(document), document)
        return document

    def explain_lost(self, error: RequestError) -> str:
        """Return the cause of a 500 to everything that makes a job, while all else works (reference A.6, N8)."""
        if error.status != 500:
            return ""
        return (
            "If new workloads, targets and trusts all get a 500 while lists work, the table of jobs in the database of "
            "the service lacks columns, as after a fresh installation: have an administrator bring it up to date."
        )

    def new_document(self) -> Document:
        """Return the part of the document that is known before the object exists."""
        return {"project_id": self.context.project_id}
