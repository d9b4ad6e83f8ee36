# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where backup targets are, in one spelling, whatever the server and the user make of it (API reference B.11, Q23)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.exchange.recording import sample

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.backup_target_location import (
    export_of,
    nfs_export,
    s3_export,
    same_export,
    size_in_bytes,
)

HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z]{2,5}){1,2}", fullmatch=True)
BUCKETS = st.from_regex(r"[a-z0-9][a-z0-9.-]{1,10}[a-z0-9]", fullmatch=True)


@given(
    host=HOSTS,
    bucket=BUCKETS,
    scheme=st.sampled_from(["", "http://", "https://", "HTTPS://"]),
    slash=st.sampled_from(["", "/"]),
    upper=st.booleans(),
)
def test_all_spellings_of_a_bucket_are_one(host: str, bucket: str, scheme: str, slash: str, upper: bool) -> None:
    port = {"http://": ":80", "https://": ":443", "HTTPS://": ":443", "": ":443"}[scheme]
    for given_host in (host, host + port):
        endpoint = f"{scheme}{given_host.upper() if upper else given_host}{slash}"
        assert s3_export(endpoint, bucket) == s3_export(f"{endpoint.rstrip('/')}/{bucket}{slash}") == f"{host}/{bucket}"
    assert s3_export(s3_export(host, bucket)) == s3_export(host, bucket)


@given(host=HOSTS, bucket=BUCKETS, other=BUCKETS, port=st.integers(1024, 65535))
def test_another_bucket_port_or_host_is_another_place(host: str, bucket: str, other: str, port: int) -> None:
    assert s3_export(f"https://{host}:{port}", bucket) == f"{host}:{port}/{bucket}" != s3_export(host, bucket)
    assert (s3_export(host, bucket) == s3_export(host, other)) is (bucket == other)
    assert s3_export(f"x.{host}", bucket) != s3_export(host, bucket)


@pytest.mark.parametrize(
    ("text", "export"),
    [
        ("192.0.2.10:/backups", "192.0.2.10:/backups"),
        ("NAS.example.com:/Backups//", "nas.example.com:/Backups"),
        (" [2001:db8::1]:/b/ ", "[2001:db8::1]:/b"),
    ],
)
def test_nfs(text: str, export: str) -> None:
    assert nfs_export(text) == export == nfs_export(export)


def test_captured_targets() -> None:
    rows = sample("backup_targets_list")["backup_targets"]
    assert [export_of(row) for row in rows] == [
        "192.168.1.34:/mnt/tvault/162",
        "cephs3.triliodata.demo/trilio-qamanual",
        "192.168.1.34:/mnt/tvault/tvm",
    ]
    assert (
        export_of(sample("backup_target_create_response")["backup_targets"])
        == "cephs3.triliodata.demo/object-locked-cephs3-2"
    )
    assert same_export(rows[1], "https://CEPHS3.triliodata.demo:443/trilio-qamanual/")
    assert not same_export(rows[0], "192.168.1.34:/mnt/tvault/16")
    assert export_of({"type": "nfs"}) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2.4 TB", int(2.4 * 1024**4)),
        ("1 GB", 1024**3),
        ("512", 512),
        ("1.5KiB", 1536),
        (None, None),
        ("", None),
        ("much", None),
        ("1 parsec", None),
        ("-1 GB", None),
    ],
)
def test_sizes(text: Any, size: int | None) -> None:
    assert size_in_bytes(text) == size
