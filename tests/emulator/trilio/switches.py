# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches: what differs between releases or is not known, with a value for each profile (reference G)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..server.switches import SwitchSet, UnknownSwitch, Value


@dataclass
class Switches(SwitchSet):
    """The switches of one emulator of workloadmgr. The defaults are those of profile 6.2."""

    build_version: str = "6.2.0"
    schedule_dialect: Literal["interval", "tracks"] = "tracks"
    bt_api: Literal["none", "read", "config", "dms"] = "dms"
    bt_export_key: Literal["nfs_export", "filesystem_export"] = "filesystem_export"
    bt_good_status: str = "online"
    bt_echo_secret_ref: bool = True
    bt_create_s: float = 120.0
    bt_online_after_s: float = 5.0
    bt_body_dialects: list[Literal["1", "2", "3"]] = field(default_factory=lambda: ["1", "2", "3"])
    bt_s3_needs_secret: bool = True
    bt_put_mode: Literal["merge", "replace", "404"] = "merge"
    bt_duplicate_export: Literal["reject", "allow"] = "reject"
    bt_without_cloud_trust: Literal["accept", "reject"] = "accept"
    bt_delete_in_use: Literal["reject", "accept"] = "reject"
    btt_delete_in_use: Literal["reject", "accept"] = "reject"
    btt_name_unique: bool = False
    btt_write_sets_user: bool = True
    project_mismatch_code: int = 400
    root_versions: Literal[300, 404] = 300
    workloads_detail: Literal["on", "off"] = "on"
    uuid_check: bool = True
    list_limit: int = 0
    list_paging: Literal["none", "marker", "offset"] = "none"
    one_wrapped_as: Literal["documented", "singular", "plural"] = "documented"
    error_code_validation: Literal[400, 422] = 400
    error_code_state: Literal[400, 409] = 400
    error_code_license: Literal[400, 402, 403, 500] = 403
    error_code_forbidden: Literal[401, 403] = 403
    error_body: Literal["fault", "fault_br", "html", "text"] = "fault"
    create_s: float = 4.0
    delete_s: float = 4.0
    reset_s: float = 4.0
    snapshot_create_code: Literal[200, 202] = 200
    snapshot_delete_code: Literal[200, 202] = 202
    full_true_values: list[str] = field(default_factory=lambda: ["1", "true"])
    snapshot_phases: list[str] = field(default_factory=lambda: ["creating", "uploading"])
    snapshot_phase_s: float = 10.0
    snapshot_delete_s: float = 4.0
    snapshot_cancel_s: float = 2.0
    snapshot_default_name: str = "snapshot"
    snapshot_default_description: str = "-"
    snapshot_mount_s: float = 4.0
    snapshot_size: Literal["data", "zero"] = "data"
    snapshot_status_during_restore: str = "restoring"
    retention_keeps: int = 0
    restore_instance_s: float = 10.0
    restore_cancel_s: float = 2.0
    restore_delete_code: Literal[200, 202] = 200
    restore_description: Literal["kept", "dash", "truncated"] = "kept"
    oneclick_with_original: Literal["error_async", "reject"] = "error_async"
    selective_unlisted: Literal["exclude", "include"] = "exclude"
    inplace_volume_ids: Literal["keep", "new"] = "keep"
    workload_status_during_snapshot_delete: str = "locked"
    workload_status_during_restore: str = "locked"
    workload_status_during_reset: str = "resetting"
    cancel_finished: Literal["error", "noop"] = "error"
    workload_name_required: bool = True
    missing_jobschedule: Literal["defaults_enabled", "defaults_disabled", "error_hourly"] = "error_hourly"
    default_interval: str = ""
    default_start_time: str = ""
    default_start_date: str = ""
    manual_days_key: Literal["retentionmanual", "manual"] = "retentionmanual"
    retentionmanual_default: str = "absent"
    tz_rewrite: Literal["none", "utc_name", "convert"] = "utc_name"
    enabled_shows: Literal["stored", "effective"] = "stored"
    show_policy_id: Literal["absent", "null", "bound"] = "null"
    put_when_global_off: Literal["apply", "ignore"] = "apply"
    put_metadata_mode: Literal["merge", "replace"] = "merge"
    put_empty_values: Literal["apply", "ignore"] = "apply"
    put_track_empty: Literal["removes", "ignored"] = "removes"
    put_gone_instance: Literal["accept", "reject"] = "accept"
    put_policy_omitted: Literal["keep", "error"] = "error"
    put_while_busy: Literal["accept", "reject"] = "accept"
    put_delay_s: float = 2.0
    put_changes_owner: bool = True
    vm_in_two_workloads: Literal["reject", "allow"] = "reject"
    policy_create_s: float = 0.0
    policy_write_code: Literal[200, 201, 202] = 200
    policy_put_mode: Literal["merge", "replace"] = "merge"
    policy_unassign_in_use: Literal["allow", "reject"] = "allow"
    policy_value_form: Literal["string", "object", "json_text"] = "object"
    policy_start_time_wins: bool = False
    trustee_role: list[str] = field(default_factory=lambda: ["member"])
    trust_roles_missing: Literal["accept", "reject"] = "accept"
    trust_dedupe: bool = False
    trust_create_code: Literal[200, 500] = 200
    trust_validate_path: Literal["/trusts/validate/{id}", "404"] = "/trusts/validate/{id}"
    jobs_table: Literal["complete", "broken"] = "complete"
    license_check_expired: Literal["message", "error"] = "message"
    list_order: Literal["asc", "desc"] = "desc"
    snapshot_list_order: Literal["asc", "desc"] = "asc"
    all_flag_values: list[str] = field(default_factory=lambda: ["true", "1", "yes"])
    nova_microversion: int = 90
    nova_down_cell: Literal["skip", "error"] = "skip"


_LINE_6_1: dict[str, Value] = {
    "build_version": "6.1.0",
    "bt_api": "config",
    "bt_good_status": "available",
    "bt_echo_secret_ref": False,
    "bt_create_s": 0.0,
    "bt_body_dialects": ["1"],
    "bt_s3_needs_secret": False,
    "bt_put_mode": "404",
}
_LINE_5_2: dict[str, Value] = {
    **_LINE_6_1,
    "build_version": "5.2.0",
    "schedule_dialect": "interval",
    "bt_api": "read",
    "bt_export_key": "nfs_export",
    "error_code_state": 409,
    "error_body": "fault_br",
    "missing_jobschedule": "defaults_enabled",
    "default_interval": "24 hr",
    "default_start_time": "10:00 PM",
    "default_start_date": "today",
    "tz_rewrite": "none",
    "show_policy_id": "absent",
    "put_policy_omitted": "keep",
    "put_delay_s": 0.0,
    "policy_value_form": "string",
    "snapshot_phases": ["executing"],
}
_LINE_4_2: dict[str, Value] = {
    **_LINE_5_2,
    "build_version": "4.2.0",
    "bt_api": "none",
    "uuid_check": False,
    "error_body": "fault",
    "snapshot_delete_code": 200,
}
PROFILES: dict[str, dict[str, Value]] = {"4.2": _LINE_4_2, "5.2": _LINE_5_2, "6.1": _LINE_6_1, "6.2": {}}


def profile(name: str) -> Switches:
    """Return the switches of a profile.

    :raises UnknownSwitch: There is no such profile.
    """
    if name not in PROFILES:
        raise UnknownSwitch(f"There is no profile {name!r}, only {', '.join(PROFILES)}.")
    switches = Switches()
    switches.set(dict(PROFILES[name]))
    return switches
