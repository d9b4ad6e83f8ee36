# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints from the catalog and from `endpoint_override`."""

from __future__ import annotations

import pytest
from unit.plugins.module_utils._openstack.keystone import COMPLETE, PASSWORD, PROJECT_ID, URL, WLM, Keystone, options

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    EndpointError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login


def test_types_are_tried_in_order_and_exactly(keystone: Keystone) -> None:
    keystone.add("workloadmgr", "http://second.test/v1/x")
    keystone.add("workload", "http://wrong.test/v1/x")
    assert auth_login.connect(options(auth=COMPLETE)).workloadmgr_url() == f"http://second.test/v1/{PROJECT_ID}"
    keystone.add("workloads", f"{WLM}/x/")
    connection = auth_login.connect(options(auth=COMPLETE))
    assert connection.endpoint("workloads", "workloadmgr") == f"{WLM}/x"
    assert connection.workloadmgr_url() == f"{WLM}/{PROJECT_ID}"


def test_aliases_of_a_type_are_not_taken(keystone: Keystone) -> None:
    keystone.add("volumev3", "http://cinder.test/v3/x")
    connection = auth_login.connect(options(auth=COMPLETE))
    with pytest.raises(EndpointError):
        connection.endpoint("block-storage")
    assert connection.endpoint("block-storage", "volumev3") == "http://cinder.test/v3/x"


def test_several_regions_need_a_choice(keystone: Keystone) -> None:
    keystone.add("workloads", f"{WLM}/x", region="north")
    keystone.add("workloads", "http://south.test/v1/x", region="south")
    with pytest.raises(EndpointError, match="north, south"):
        auth_login.connect(options(auth=COMPLETE)).workloadmgr_url()
    assert (
        auth_login.connect(options(auth=COMPLETE, region_name="south")).workloadmgr_url()
        == f"http://south.test/v1/{PROJECT_ID}"
    )


def test_no_other_region_and_no_other_interface_is_taken(keystone: Keystone) -> None:
    keystone.add("workloads", f"{WLM}/x", region="north", interface="internal")
    keystone.add("identity", URL, region="south")
    with pytest.raises(EndpointError) as caught:
        auth_login.connect(options(auth=COMPLETE, region_name="south")).workloadmgr_url()
    for word in (
        "workloads or workloadmgr",
        "region south",
        "identity, workloads",
        "workloads is there in region north, interface internal",
    ):
        assert word in str(caught.value)
    with pytest.raises(EndpointError):
        auth_login.connect(options(auth=COMPLETE, region_name="north")).workloadmgr_url()
    with pytest.raises(EndpointError):
        auth_login.connect(options(auth=COMPLETE, region_name="North", interface="internal")).workloadmgr_url()
    assert (
        auth_login.connect(options(auth=COMPLETE, region_name="north", endpoint_type="internal")).workloadmgr_url()
        == f"{WLM}/{PROJECT_ID}"
    )


@pytest.mark.usefixtures("keystone")
def test_an_empty_catalog_is_named() -> None:
    with pytest.raises(EndpointError, match="It holds: nothing"):
        auth_login.connect(options(auth=COMPLETE)).endpoint("compute")


def test_two_urls_in_one_region_are_ambiguous_and_one_url_twice_is_not(keystone: Keystone) -> None:
    keystone.add("compute", "http://nova.test/v2.1")
    keystone.add("compute", "http://nova.test/v2.1/")
    assert auth_login.connect(options(auth=COMPLETE)).endpoint("compute") == "http://nova.test/v2.1"
    keystone.add("compute", "http://other.test/v2.1")
    with pytest.raises(EndpointError, match="several"):
        auth_login.connect(options(auth=COMPLETE)).endpoint("compute")


@pytest.mark.parametrize(
    "placeholder", ["$(tenant_id)s", "%(tenant_id)s", "$(project_id)s", "%(project_id)s", "f" * 32, "", "/"]
)
def test_what_stands_behind_v1_is_the_project_of_the_token(keystone: Keystone, placeholder: str) -> None:
    keystone.add("workloads", f"{WLM}/{placeholder}")
    connection = auth_login.connect(options(auth=COMPLETE))
    assert connection.workloadmgr_url() == f"{WLM}/{PROJECT_ID}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host:8781", "http://host:8781/v1"),
        ("http://host:8781/", "http://host:8781/v1"),
        ("https://host/v1", "https://host/v1"),
        ("https://host/v1/%(project_id)s/", "https://host/v1"),
        ("https://proxy/v1/trilio/v1/x", "https://proxy/v1/trilio/v1"),
        ("https://proxy/$(tenant_id)s/v1", f"https://proxy/{PROJECT_ID}/v1"),
    ],
)
@pytest.mark.usefixtures("keystone")
def test_endpoint_override(url: str, expected: str) -> None:
    assert (
        auth_login.connect(options(auth=COMPLETE, endpoint_override=url)).workloadmgr_url()
        == f"{expected}/{PROJECT_ID}"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://host/trilio",
        "http://host/v2/x",
        "host:8781",
        "ftp://host/v1",
        f"http://a:{PASSWORD}@host/v1",
        "http://host/v1?x=1",
        "http://[x/v1",
    ],
)
@pytest.mark.usefixtures("keystone")
def test_an_override_that_is_no_url_of_workloadmgr_fails(url: str) -> None:
    with pytest.raises(EndpointError) as caught:
        auth_login.connect(options(auth=COMPLETE, endpoint_override=url)).workloadmgr_url()
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("url", ["http://host:8781", "http://host:8781/", "http://host:8781/v2/x"])
def test_a_catalog_without_v1_is_not_completed(keystone: Keystone, url: str) -> None:
    keystone.add("workloads", url)
    with pytest.raises(EndpointError, match="no /v1"):
        auth_login.connect(options(auth=COMPLETE)).workloadmgr_url()
