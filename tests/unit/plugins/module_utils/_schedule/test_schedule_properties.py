# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules by law: whatever was asked for, and however the server spells it, the second run is unchanged and a change is seen."""

from __future__ import annotations

import copy
import json
from datetime import date, datetime, time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import fields as schedule_form
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    TRACKS,
    dialect_of_desired,
    dialect_shown,
)
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.policy import (
    POLICY_SPEC,
    write_policy,
)
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.policy_fields import policy_fields

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# No two of them have the same clock all through a year.
ZONES = [
    "Etc/UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "UTC+2",
    "EST",
]
ZONES_WITH_AREA = [zone for zone in ZONES[1:] if "/" in zone]


# ---------------------------------------------------------------------------------------------------------------------------
# What users write

TIMES = st.times().map(lambda moment: moment.strftime("%H:%M"))
COUNTS = st.integers(1, 400)
STARTS = st.dates(date(2020, 1, 1), date(2035, 12, 31)).map(date.isoformat)
ENDS = st.dates(date(2036, 1, 1), date(2050, 12, 31)).map(date.isoformat)
ANY_TYPE = st.sampled_from(["incremental", "full"])
ONLY_FULL = st.just("full")


def some(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Return lists in any order, duplicates included."""
    return st.lists(items, min_size=1, max_size=6)


COMMON: dict[str, st.SearchStrategy[Any]] = {
    "enabled": st.booleans(),
    "timezone": st.sampled_from(ZONES),
    "start_date": STARTS,
    "end_date": ENDS,
    "start_time": TIMES,
}
TRACK: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "hourly": {"interval": st.sampled_from([1, 2, 3, 4, 6, 8, 12, 24]), "retention": COUNTS, "snapshot_type": ANY_TYPE},
    "daily": {"backup_time": some(TIMES), "retention": COUNTS, "snapshot_type": ANY_TYPE},
    "weekly": {"backup_day": some(st.sampled_from(DAYS)), "retention": COUNTS, "snapshot_type": ONLY_FULL},
    "monthly": {"month_backup_day": some(st.integers(1, 31)), "retention": COUNTS, "snapshot_type": ONLY_FULL},
    "yearly": {"backup_month": some(st.sampled_from(MONTHS)), "retention": COUNTS, "snapshot_type": ONLY_FULL},
    "manual": {"retention": COUNTS},
}
REMOVABLE = [track for track in TRACK if track != "manual"]
NEEDS = {"daily": "hourly", "weekly": "daily", "monthly": "daily", "yearly": "monthly"}
FREQUENCY: dict[str, st.SearchStrategy[Any]] = {
    "interval": st.integers(1, 1000),
    "full_backup_interval": st.integers(-1, 50),
}
RETENTION: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), st.fixed_dictionaries({"retention_count": COUNTS}), st.fixed_dictionaries({"retention_days": COUNTS})
)

whole_tracks = {track: st.fixed_dictionaries(leaves) for track, leaves in TRACK.items()}


def possible(options: dict[str, Any]) -> bool:
    """Tell whether no track is asked for in a breath with the removal of one that it needs."""
    gone = {track for track in TRACK if options.get(track) == {}}
    unmet = any(options.get(track) and need in gone for track, need in NEEDS.items())
    return not (options.get("enabled") and ("hourly" in gone or unmet))


def tracks_options(removing: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Options in the form of line 6, with removals of tracks or without."""
    tracks = {
        track: st.one_of(whole, st.just({})) if removing and track in REMOVABLE else whole
        for track, whole in whole_tracks.items()
    }
    return st.fixed_dictionaries({}, optional={**COMMON, **tracks, "manual_retention_days": COUNTS}).filter(possible)


interval_options = st.builds(
    lambda common, retention: {**common, **retention},
    st.fixed_dictionaries({}, optional={**COMMON, **FREQUENCY}),
    RETENTION,
)


def in_dialects(removing: bool) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Pairs of dialect and options."""
    return st.one_of(
        st.tuples(st.just(TRACKS), tracks_options(removing)), st.tuples(st.just(INTERVAL), interval_options)
    )


# ---------------------------------------------------------------------------------------------------------------------------
# A server that does to a schedule whatever is documented, and merges a PUT key by key (API reference B.2, Q1 to Q7)


def store(stored: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored after a POST onto nothing, or a PUT: sent keys replace stored ones, an empty track removes."""
    sent = json.loads(json.dumps(body))
    return {key: value for key, value in {**stored, **sent}.items() if value != {}}


def show(stored: dict[str, Any], dice: Random) -> dict[str, Any]:
    """Return the stored schedule as the server may spell it."""
    shown: dict[str, Any] = {key: loosen(value, dice) for key, value in copy.deepcopy(stored).items()}
    if shown.get("timezone") == "Etc/UTC":
        shown["timezone"] = dice.choice(["Etc/UTC", "UTC"])
    for key in ("start_date", "end_date"):
        if key in shown and dice.random() < 0.5:
            shown[key] = "/".join(part.lstrip("0") for part in shown[key].split("/"))
    if "start_time" in shown:
        shown["start_time"] = dice.choice([shown["start_time"], shown["start_time"].lstrip("0")])
    if "interval" in shown:
        digits = "".join(letter for letter in str(shown["interval"]) if letter.isdigit())
        shown["interval"] = dice.choice([f"{digits} hr", f"{digits} hrs", f"{digits}hr", digits, int(digits)])
    if "enabled" in shown:
        shown["enabled"] = dice.choice(
            [True, "True", "true", 1, "1"] if stored["enabled"] else [False, "False", "false", 0, "0"]
        )
        if stored["enabled"]:
            shown["nextrun"] = dice.random() * 86400
    forget_one_spelling_of_manual_days(shown, dice)
    shown["global_jobscheduler"] = dice.choice([True, False])
    if "interval" in shown:
        shown["appliance_timezone"] = "UTC"
    return dict(dice.sample(sorted(shown.items()), len(shown)))


def loosen(value: Any, dice: Random) -> Any:
    """Return the value with some integers as text and each list in another order."""
    if isinstance(value, dict):
        return {key: loosen(inner, dice) for key, inner in value.items()}
    if isinstance(value, list):
        return dice.sample([loosen(item, dice) for item in value], len(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.7 else value


def forget_one_spelling_of_manual_days(shown: dict[str, Any], dice: Random) -> None:
    """Show the days of manual snapshots in both spellings, or in either."""
    if "retentionmanual" not in shown or "retention_days_to_keep" not in shown.get("manual", {}):
        return
    spelling = dice.choice(["both", "retentionmanual", "manual"])
    if spelling == "retentionmanual":
        del shown["manual"]["retention_days_to_keep"]
    elif spelling == "manual":
        del shown["retentionmanual"]


dice_of_server = st.randoms(use_true_random=False)


# ---------------------------------------------------------------------------------------------------------------------------
# Round trips


@given(in_dialects(removing=True), dice_of_server)
def test_second_run_is_unchanged_however_the_server_spells_it(wanted: tuple[str, dict[str, Any]], dice: Random) -> None:
    dialect, options = wanted
    wished = schedule_parse.parse_schedule(options)
    shown = show(store({}, schedule_wire.write(wished, dialect)), dice)
    assert schedule_compare.differences(wished, schedule_wire.read(shown)) == []


@given(in_dialects(removing=False), dice_of_server)
def test_what_was_created_is_read_back_whole(wanted: tuple[str, dict[str, Any]], dice: Random) -> None:
    dialect, options = wanted
    wished = schedule_parse.create_defaults(schedule_parse.parse_schedule(options), dialect, policy_given=False)
    shown = schedule_wire.read(show(store({}, schedule_wire.write(wished, dialect)), dice))
    assert {**shown, "timezone": wished.get("timezone")} == {**wished, "timezone": wished.get("timezone")}
    assert schedule_compare.differences(wished, shown) == []


@given(in_dialects(removing=False))
def test_canonical_form_is_a_normal_form(wanted: tuple[str, dict[str, Any]]) -> None:
    dialect, options = wanted
    wished = schedule_parse.parse_schedule(options)
    assert schedule_parse.parse_schedule(wished) == wished
    assert schedule_wire.read(schedule_wire.write(wished, dialect, {"manual": {"retention": 1}})) in (
        wished,
        {**wished, "manual": {"retention": 1}},
    )


@given(in_dialects(removing=False), dice_of_server)
def test_dialect_is_recognised_wherever_something_of_it_is_shown(
    wanted: tuple[str, dict[str, Any]], dice: Random
) -> None:
    dialect, options = wanted
    wished = schedule_parse.parse_schedule(options)
    mine = dialect_of_desired(wished)
    assert mine in (dialect, None)
    assert dialect_shown(show(store({}, schedule_wire.write(wished, dialect)), dice)) == mine


# ---------------------------------------------------------------------------------------------------------------------------
# Changes


def leaves_of(wished: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return the path of each leaf."""
    return [
        (key, inner) if isinstance(wished[key], dict) else (key,)
        for key in sorted(wished)
        for inner in (wished[key] if key in TRACK else [""])
    ]


def strategy_of(path: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Return the values that a leaf may have."""
    if len(path) == 2:
        return TRACK[path[0]][path[1]]
    return {**COMMON, **FREQUENCY}.get(path[0], COUNTS)


@given(in_dialects(removing=False), dice_of_server, st.data())
def test_change_of_any_leaf_behind_our_back_is_seen_and_named(
    wanted: tuple[str, dict[str, Any]], dice: Random, data: st.DataObject
) -> None:
    dialect, options = wanted
    wished = schedule_parse.parse_schedule(options)
    changeable = [
        path for path in leaves_of(wished) if path[1:] != ("snapshot_type",) or path[0] in ("hourly", "daily")
    ]
    assume(changeable)
    path = data.draw(st.sampled_from(changeable), label="leaf")
    drifted = copy.deepcopy(wished)
    holder = drifted if len(path) == 1 else drifted[path[0]]
    # A schedule in UTC whose clock agrees on the start date with the wished zone is unchanged by definition; see differences().
    zones = st.sampled_from(ZONES[1:])
    values: st.SearchStrategy[Any] = zones if path == ("timezone",) else strategy_of(path)
    before = holder[path[-1]]
    holder[path[-1]] = data.draw(
        values.filter(lambda value: (set(value) != set(before)) if isinstance(value, list) else value != before),
        label="value",
    )
    drifted = schedule_parse.parse_schedule(drifted)
    shown = schedule_wire.read(show(store({}, schedule_wire.write(drifted, dialect)), dice))
    assert schedule_compare.differences(wished, shown) == [f"schedule.{path[0]}"]


@given(tracks_options(removing=False), st.sampled_from(REMOVABLE))
def test_track_that_the_server_would_not_remove_is_seen(options: dict[str, Any], track: str) -> None:
    shown = schedule_wire.read(schedule_wire.write(schedule_parse.parse_schedule(options), TRACKS))
    assert schedule_compare.differences({track: {}}, shown) == ([f"schedule.{track}"] if track in options else [])


@given(in_dialects(removing=False), st.sampled_from(ZONES_WITH_AREA), TIMES, STARTS, st.booleans(), dice_of_server)
def test_second_run_is_unchanged_where_the_server_converts_into_utc(
    wanted: tuple[str, dict[str, Any]], zone: str, start: str, day: str, moves_date: bool, dice: Random
) -> None:
    dialect, options = wanted
    wished = schedule_parse.parse_schedule({**options, "timezone": zone, "start_time": start, "start_date": day})
    there = datetime.combine(date.fromisoformat(day), time.fromisoformat(start), ZoneInfo(zone)).astimezone(
        ZoneInfo("UTC")
    )
    stored = store(
        {}, {**schedule_wire.write(wished, dialect), "timezone": "UTC", "start_time": there.strftime("%I:%M %p")}
    )
    if moves_date:
        stored["start_date"] = there.strftime("%m/%d/%Y")
    assert schedule_compare.differences(wished, schedule_wire.read(show(stored, dice))) == []


# ---------------------------------------------------------------------------------------------------------------------------
# Merging and checking


pairs_in_a_dialect = st.one_of(
    st.tuples(st.just(TRACKS), tracks_options(removing=True), tracks_options(removing=False)),
    st.tuples(st.just(INTERVAL), interval_options, interval_options),
)


@given(pairs_in_a_dialect, dice_of_server)
def test_merged_is_what_a_put_leads_to(pair: tuple[str, dict[str, Any], dict[str, Any]], dice: Random) -> None:
    dialect, options, former = pair
    wished = schedule_parse.parse_schedule(options)
    # The service requires the retention of manual snapshots, so it always shows one.
    created = schedule_parse.create_defaults(schedule_parse.parse_schedule(former), dialect, policy_given=False)
    stored = store({}, schedule_wire.write(created, dialect))
    before = schedule_wire.read(show(stored, dice))
    shown = schedule_wire.read(show(store(stored, schedule_wire.write(wished, dialect, before)), dice))
    predicted = schedule_compare.merged(wished, before)
    assert schedule_compare.differences(predicted, shown) == []
    assert schedule_compare.differences(shown, predicted) == []


MANUAL = {"manual": {"retention": 3}, "manual_retention_days": 5}
MANUAL_NEW = {"manual": {"retention": 4}, "manual_retention_days": 6}
SUBSETS: list[list[str]] = [[], ["manual"], ["manual_retention_days"], ["manual", "manual_retention_days"]]


# Each combination, since chance rarely meets the few that can go wrong.
@pytest.mark.parametrize("spelling", ["retentionmanual", "manual"])
@pytest.mark.parametrize("before", SUBSETS, ids="+".join)
@pytest.mark.parametrize("given_now", SUBSETS, ids="+".join)
def test_manual_values_do_not_lose_each_other_whichever_spelling_the_server_knows(
    given_now: list[str], before: list[str], spelling: str
) -> None:
    def understood(body: dict[str, Any]) -> dict[str, Any]:
        if spelling == "manual":
            return {key: value for key, value in body.items() if key != "retentionmanual"}
        known = {key: {"retention": value["retention"]} for key, value in body.items() if key == "manual"}
        return {**body, **known}

    created = schedule_parse.create_defaults({key: MANUAL[key] for key in before}, TRACKS, policy_given=False)
    stored = store({}, understood(schedule_wire.write(created, TRACKS)))
    assert schedule_wire.read(stored) == created
    wished = {key: MANUAL_NEW[key] for key in given_now}
    after = schedule_wire.read(store(stored, understood(schedule_wire.write(wished, TRACKS, created))))
    assert after == {**created, **wished}


@given(pairs_in_a_dialect)
def test_laws_of_merging(pair: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    wished, shown = schedule_parse.parse_schedule(pair[1]), schedule_parse.parse_schedule(pair[2])
    after = schedule_compare.merged(wished, shown)
    assert schedule_compare.differences(wished, after) == []
    assert schedule_compare.merged(wished, after) == after
    assert schedule_compare.merged({}, shown) == shown
    assert schedule_compare.merged(shown, {}) == shown
    kept = {"retention_count", "retention_days"} if wished.keys() & {"retention_count", "retention_days"} else set()
    assert {key: after.get(key) for key in shown if key not in wished and key not in kept} == {
        key: shown[key] for key in shown if key not in wished and key not in kept
    }
    assert not after.keys() >= {"retention_count", "retention_days"}


def refusal(whole: dict[str, Any], dialect: str) -> str:
    """Return why the rules refuse a schedule, empty where they do not."""
    try:
        schedule_parse.check_schedule(whole, dialect)
    except InputError as error:
        return str(error)
    return ""


@given(st.booleans(), st.sets(st.sampled_from(REMOVABLE)))
def test_rules_are_those_of_the_table(enabled: bool, tracks: set[str]) -> None:
    whole = {"enabled": enabled, **{track: {"retention": 1} for track in tracks}}
    hourly, daily, monthly = (track in tracks for track in ("hourly", "daily", "monthly"))
    allowed = hourly and (daily or not tracks & {"weekly", "monthly"}) and (monthly or "yearly" not in tracks)
    assert bool(refusal(whole, TRACKS)) == (enabled and not allowed)


@given(tracks_options(removing=False), tracks_options(removing=False), st.sets(st.sampled_from(REMOVABLE)))
def test_wish_that_is_refused_alone_would_be_refused_on_any_server(
    options: dict[str, Any], former: dict[str, Any], removed: set[str]
) -> None:
    removals: dict[str, Any] = {track: {} for track in removed}
    attempt = {**options, **removals, "enabled": True}
    if possible(attempt):
        assert schedule_parse.parse_schedule(attempt).items() >= {**removals, "enabled": True}.items()
        return
    with pytest.raises(InputError):
        schedule_parse.parse_schedule(attempt)
    assert refusal({key: value for key, value in {**former, **attempt}.items() if value != {}}, TRACKS)


@given(in_dialects(removing=True), st.booleans())
def test_creation_always_says_whether_it_is_enabled_and_keeps_the_wish(
    wanted: tuple[str, dict[str, Any]], policy: bool
) -> None:
    dialect, options = wanted
    wished = schedule_parse.parse_schedule(options)
    created = schedule_parse.create_defaults(wished, dialect, policy)
    assert isinstance(created["enabled"], bool)
    assert {} not in created.values()
    assert schedule_compare.differences(wished, created) == []
    assert ("manual" in created) == ("manual" in wished or (dialect == TRACKS and not policy))


# ---------------------------------------------------------------------------------------------------------------------------
# Whatever a server may show


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        [
            "3:00 PM",
            "15/27/2020",
            "2025-02-30",
            "10/27/2020",
            "UTC",
            "Europe",
            "5 hr",
            "-1",
            "Bytes",
            "Number of days to retain Snapshots",
        ]
    ),
)
anything = st.one_of(scalars, st.lists(scalars, max_size=3), st.dictionaries(st.text(max_size=3), scalars, max_size=2))
RAW_COMMON = [*COMMON, "nextrun", "news"]
RAW_INTERVAL = [
    "interval",
    "retention_policy_type",
    "retention_policy_value",
    "fullbackup_interval",
    "appliance_timezone",
]
RAW_LEAVES = sorted(
    {leaf for leaves in TRACK.values() for leaf in leaves} | {"retentionmanual", "retention_days_to_keep"}
)
wild_tracks = st.one_of(anything, st.dictionaries(st.sampled_from(RAW_LEAVES), anything, max_size=4))
wild_schedules = st.one_of(
    st.tuples(
        st.just(TRACKS),
        st.dictionaries(st.sampled_from([*RAW_COMMON, *TRACK, "retentionmanual"]), wild_tracks, max_size=6),
    ),
    st.tuples(st.just(INTERVAL), st.dictionaries(st.sampled_from(RAW_COMMON + RAW_INTERVAL), anything, max_size=6)),
)


@given(wild_schedules, in_dialects(removing=True))
def test_nothing_that_a_server_shows_stops_us(
    wild: tuple[str, dict[str, Any]], wanted: tuple[str, dict[str, Any]]
) -> None:
    dialect, raw = wild
    shown = schedule_wire.read(raw)
    assert json.loads(json.dumps(shown)) == shown
    assert schedule_wire.read(schedule_wire.write(shown, dialect)) == shown
    assert dialect_shown(raw) in (TRACKS, INTERVAL, None)
    wished = schedule_parse.parse_schedule(wanted[1])
    named = schedule_compare.differences(wished, shown)
    assert set(named) <= {f"schedule.{key}" for key in wished}
    after = schedule_compare.merged(wished, shown)
    for each in (TRACKS, INTERVAL):
        assert (refusal(after, each) or "schedule.").startswith("schedule.")


@pytest.mark.parametrize("dialect", [TRACKS, INTERVAL])
def test_nothing_shown_is_nothing_read(dialect: str) -> None:
    assert schedule_wire.read({}) == schedule_wire.read(schedule_wire.write({}, dialect)) == {}


# ---------------------------------------------------------------------------------------------------------------------------
# Policies: a part of a schedule, written whole and read as rows (API reference B.6, Q34)


def policy_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return those of the options that a policy has too."""
    return {key: value for key, value in options.items() if key in POLICY_SPEC}


def policy_rows(fields: dict[str, Any], dice: Random) -> list[dict[str, Any]]:
    """Return written fields as a server may show them: in any order, a track as an object or as text, or left out where it is not used."""
    shown = show(json.loads(json.dumps(fields)), dice)
    rows = [
        {"policy_field_name": name, "value": value}
        for name, value in shown.items()
        if value != {} or dice.random() < 0.5
    ]
    for row in rows:
        if isinstance(row["value"], dict) and dice.random() < 0.5:
            row["value"] = json.dumps(row["value"])
    dice.shuffle(rows)
    return rows


@given(in_dialects(removing=True), dice_of_server)
def test_a_policy_that_was_written_reads_as_it_was_asked_for(asked: tuple[str, dict[str, Any]], dice: Random) -> None:
    form, options = asked
    desired = schedule_parse.parse_schedule(
        policy_options(options)
        if form == TRACKS
        else {key: value for key, value in policy_options(options).items() if key != "start_time"}
    )
    fields = write_policy(desired, form)
    shown = schedule_wire.read(policy_fields(policy_rows(fields, dice)))
    assert schedule_compare.differences(desired, shown) == []
    assert shown.keys() <= desired.keys()
    if form == TRACKS:
        assert fields.keys() >= {"hourly", "daily", "weekly", "monthly", "yearly", "manual", "retentionmanual"}
    assert all(isinstance(leaf, str) for leaf in leaves(fields)), "all that is written is text"


def leaves(value: Any) -> list[Any]:
    """Return the plain values inside of a value."""
    if isinstance(value, (dict, list)):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in leaves(item)]
    return [value]


@given(tracks_options(removing=False), tracks_options(removing=True), dice_of_server)
def test_a_change_of_a_policy_leaves_the_rest_as_it_was(
    first: dict[str, Any], then: dict[str, Any], dice: Random
) -> None:
    before, change = (
        schedule_parse.parse_schedule(policy_options(first)),
        schedule_parse.parse_schedule(policy_options(then)),
    )
    now = policy_fields(policy_rows(write_policy(before, TRACKS), dice))
    after = schedule_wire.read(policy_fields(policy_rows(write_policy(change, TRACKS, now), dice)))
    assert after == schedule_compare.merged(change, before)


@given(
    st.one_of(
        anything,
        st.lists(
            st.one_of(
                anything,
                st.fixed_dictionaries(
                    {"policy_field_name": st.sampled_from([*TRACK, *RAW_INTERVAL]), "value": anything}
                ),
            )
        ),
    )
)
def test_nothing_that_a_server_shows_of_a_policy_stops_us(shown: Any) -> None:
    fields = policy_fields(shown)
    assert set(schedule_wire.read(fields)) <= set(schedule_form.SPEC)
    for form in (TRACKS, INTERVAL):
        assert write_policy({}, form, fields).keys() <= {*TRACK, "retentionmanual", "start_time", *RAW_INTERVAL}
