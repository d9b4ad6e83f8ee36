# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong in the backup targets of the role storage, in sentences that name target, type and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.openprotect.backup.plugins.filter.targets_errors import TARGET, TARGET_TYPE, targets_errors

NFS = "192.0.2.10:/backups"
SPEC = Path(__file__).parents[4] / "roles" / "storage" / "meta" / "argument_specs.yml"


@pytest.mark.parametrize(
    ("targets", "text"),
    [
        (
            [{"filesystem_exprot": NFS}],
            "In the target number 1: there is no key 'filesystem_exprot'. Did you mean filesystem_export?",
        ),
        ([{"filesystem_export": NFS, "is_default": "perhaps"}], f"In the target '{NFS}': "),
        (
            [{"s3_bucket": "b", "update_secret": "sometimes"}],
            "In the target 'b': value of update_secret must be one of: on_create, always, got: sometimes.",
        ),
        (
            [{"s3_bucket": "b", "types": [{"nam": "gold"}]}],
            "In the target 'b', type number 1: there is no key 'nam'. Did you mean name?",
        ),
        ([{"s3_bucket": "b", "types": [{"name": "gold", "projects_mode": "all"}]}], "In the target 'b', type 'gold': "),
        ([{"s3_bucket": "b", "types": [{}]}], "In the target 'b', type number 1: missing required arguments: name."),
        ([{"s3_bucket": "b", "types": "gold"}], "In the target 'b': "),
        (
            {"s3_bucket": "b"},
            "storage_targets must be a list of dictionaries, one for each target. It is a dictionary.",
        ),
        ("x", "storage_targets must be a list of dictionaries, one for each target. It is a text."),
    ],
)
def test_each_mistake_is_named_where_it_is(targets: Any, text: str) -> None:
    assert targets_errors(targets).startswith(text)


def test_what_is_right_has_no_error() -> None:
    types = [
        {"name": "gold", "is_public": "no", "projects": ["shop"], "projects_mode": "exact", "metadata": {"a": "b"}}
    ]
    assert targets_errors([{"filesystem_export": NFS, "is_default": "yes", "types": types}, {"s3_bucket": "b"}]) == ""
    assert targets_errors([]) == ""


def test_the_filter_knows_what_the_role_declares() -> None:
    declared = yaml.safe_load(SPEC.read_text())["argument_specs"]["main"]["options"]["storage_targets"]["options"]
    keys = ("type", "elements", "choices", "required")

    def facts(options: dict[str, Any], but: str = "") -> dict[str, Any]:
        return {name: {key: each[key] for key in keys if key in each} for name, each in options.items() if name != but}

    assert facts(declared, but="types") == facts(dict(TARGET), but="types")
    assert facts(declared["types"]["options"]) == facts(dict(TARGET_TYPE))
