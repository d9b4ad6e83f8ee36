# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The locations of backup targets: NFS exports and S3 buckets, each in one spelling (reference B.11, Q23)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Optional
from urllib.parse import urlsplit

NFS, S3 = "nfs", "s3"
STANDARD_PORTS = {"http": ("80",), "https": ("443",), "": ("80", "443")}
POWERS = {"": 0, "B": 0, **{unit + end: power for power, unit in enumerate("KMGTP", 1) for end in ("", "B", "IB")}}
"""Powers of 1024 by unit."""

SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Z]*)", re.IGNORECASE)


def nfs_export(text: str) -> str:
    """Return an NFS export as `host:/path`, without a slash at the end; the host in lower case."""
    host, colon, path = text.strip().partition(":/")
    return f"{host.lower()}{colon}{path.rstrip('/')}"


def s3_export(endpoint: str, bucket: str = "") -> str:
    """Return a bucket as `host[:port]/bucket`, in lower case: no scheme, no standard port, no slash at the end.

    The server may keep a standard port and drop the scheme. Without a scheme both standard ports are dropped.

    :param endpoint: URL or host of the S3 service, or a whole export as the server shows it.
    :param bucket: Name of the bucket, empty if `endpoint` contains it.
    """
    text = endpoint.strip().lower()
    parts = urlsplit(text if "://" in text else f"//{text}")
    host = parts.netloc.rpartition("@")[2]
    name, _colon, port = host.rpartition(":")
    if name and port in STANDARD_PORTS.get(parts.scheme, ()):
        host = name
    return "/".join(part for part in (host, parts.path.strip("/"), bucket.strip().lower().strip("/")) if part)


def export_of(document: Mapping[str, Any]) -> Optional[str]:
    """Return the export of a backup target in one spelling, None if it shows none.

    The key differs between builds (reference B.11).
    """
    shown = document.get("filesystem_export") or document.get("nfs_export")
    if not shown:
        return None
    return s3_export(str(shown)) if document.get("type") == S3 else nfs_export(str(shown))


def same_export(document: Mapping[str, Any], wanted: str) -> bool:
    """Return whether a text, as a user writes it, is the export of a backup target."""
    return export_of(document) == (s3_export(wanted) if document.get("type") == S3 else nfs_export(wanted))


def size_in_bytes(text: Any) -> Optional[int]:
    """Return a size such as `2.4 TB` in bytes, with 1024 for each step of the unit; None if it cannot be read."""
    found = SIZE.fullmatch(str(text).strip())
    power = POWERS.get(found.group(2).upper()) if found else None
    return None if found is None or power is None else int(float(found.group(1)) * 1024**power)
