# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role storage in the real ansible-playbook: check on an empty site, converge, converge again, order of writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.playbook import Played, play
from support.stand import Stand

TARGETS: list[dict[str, Any]] = [
    {
        "filesystem_export": "192.0.2.10:/backups",
        "is_default": True,
        "types": [
            {"name": "gold"},
            {
                "name": "silver",
                "is_public": False,
                "projects": ["demo", "other"],
                "projects_mode": "exact",
                "metadata": {"tier": "2"},
            },
        ],
    },
    {
        "s3_endpoint_url": "https://s3.example.com",
        "s3_bucket": "archive",
        "secret_ref": "https://barbican.example.com/v1/secrets/1",
        "types": [{"name": "archive", "description": "Kept for years"}],
    },
]


class Administrator:
    """Plays storage.yml as an administrator."""

    def __init__(self, stand: Stand, directory: Path) -> None:
        self.stand = stand
        self.directory = directory

    def play(self, *words: str, targets: list[dict[str, Any]]) -> tuple[Played, list[str]]:
        """Run the playbook. Return its result and the writes that the emulator saw."""
        mark = self.stand.emulator.mark()
        played = play(
            self.directory,
            "storage.yml",
            *words,
            variables={"auth": self.stand.auth("admin"), "storage_targets": targets},
        )
        return played, self.stand.emulator.writes(mark)


@pytest.fixture
def administrator(stand: Stand, tmp_path: Path) -> Administrator:
    """Return an administrator of a cloud without any backup target."""
    stand.emulator.switch(bt_create_s=0, bt_online_after_s=0)
    for kind in ("backup_target_types", "backup_targets"):
        for row in stand.emulator.rows(kind):
            stand.emulator.drop(kind, row["id"])
    return Administrator(stand, tmp_path)


def test_empty_site(administrator: Administrator) -> None:
    played, writes = administrator.play("--check", "--diff", targets=TARGETS)
    assert (played.code, writes) == (0, []), played.stdout + played.stderr
    assert played.recap["localhost"]["changed"] == 3

    played, writes = administrator.play("--diff", targets=TARGETS)
    assert played.code == 0, played.stdout + played.stderr
    assert writes[:2] == ["POST /backup_targets"] * 2, "targets come first"
    assert writes[-1].endswith("/set_default"), "the default comes last"
    assert sorted({write.split("/")[1] for write in writes[2:-1]}) == ["backup_target_types"]

    for words in (["--check", "--diff"], []):
        played, writes = administrator.play(*words, targets=TARGETS)
        assert (played.code, played.recap["localhost"]["changed"], writes) == (0, 0, []), played.stdout


def test_order_of_the_list_means_nothing(administrator: Administrator) -> None:
    administrator.play(targets=TARGETS)
    played, writes = administrator.play(
        targets=[{**target, "types": target["types"][::-1]} for target in TARGETS[::-1]]
    )
    assert (played.code, played.recap["localhost"]["changed"], writes) == (0, 0, []), played.stdout


def test_two_defaults_are_refused(administrator: Administrator) -> None:
    played, writes = administrator.play(targets=[{**target, "is_default": True} for target in TARGETS])
    assert (played.code, writes) == (2, [])
    assert "only one can be the default" in played.stdout


def test_a_misspelt_key_is_refused(administrator: Administrator) -> None:
    played, writes = administrator.play(targets=[{"filesystem_exprot": "192.0.2.10:/backups"}])
    assert (played.code, writes) == (2, [])
    assert "filesystem_exprot" in played.stdout


def test_true_and_false_may_be_text(administrator: Administrator) -> None:
    """As survey answers are. A type with the answer no must not become the default."""
    targets = [
        {"filesystem_export": "192.0.2.10:/backups", "is_default": "yes"},
        {"filesystem_export": "192.0.2.11:/backups", "is_default": "no"},
    ]
    played, _writes = administrator.play(targets=targets)
    assert played.code == 0, played.stdout + played.stderr
    defaults = {row["export"] for row in administrator.stand.emulator.rows("backup_targets") if row["is_default"]}
    assert defaults == {"192.0.2.10:/backups"}
