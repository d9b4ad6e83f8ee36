# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The world of one emulator: its rows, its time, its switches, and the work that is under way."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, request

from ..trilio.switches import profile
from .clock import Clock
from .errors import Refusal
from .faults import Faults
from .recorder import Recorder
from .store import Doc, Store

Job = Callable[["World", Doc, datetime], None]
Seed = Callable[["World", Doc], Doc]

WORLD = "emulator.world"
PAUSE_TICK_S = 0.01
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%f"


@dataclass(frozen=True)
class Kind:
    """What one route file adds to the emulator.

    C(jobs) are the ends of work under way, by name. C(seeds) complete a row that a test puts into the store directly, by kind of row;
    C(at_start) are the rows that are there from the start, by kind of row.
    C(acting_gets) are the endpoints that change state although they are GETs (API reference Q18).
    """

    blueprint: Blueprint
    jobs: dict[str, Job] = field(default_factory=dict)
    seeds: dict[str, Seed] = field(default_factory=dict)
    at_start: dict[str, list[Doc]] = field(default_factory=dict)
    acting_gets: frozenset[str] = frozenset()


class World:
    """All state of one emulator.

    :param store: The rows.
    :param clock: The time.
    :param profile_name: The product line that is played.
    :param overrides: Switches that differ from the profile.
    :param kinds: What the route files add.
    :param instances: VMs of an inventory of the emulator's own; None = none was given, and VMs are those of Nova where there is one.
    """

    def __init__(self, store: Store, clock: Clock, profile_name: str, overrides: dict[str, Any], kinds: list[Kind], instances: list[Doc] | None = None) -> None:
        """Start with the rows that the store has and those that are there from the start."""
        self.store = store
        self.has_instances = instances is not None
        self.clock = clock
        self.lock = threading.RLock()
        self.recorder = Recorder()
        self.faults = Faults()
        # The clouds that running restores work in, by restore: with the tokens of users, which are never written to a disk.
        self.clouds: dict[str, Any] = {}
        self._jobs = {name: job for kind in kinds for name, job in kind.jobs.items()}
        self.seeds = {name: seed for kind in kinds for name, seed in kind.seeds.items()}
        self._at_start = {name: rows for kind in kinds for name, rows in kind.at_start.items()}
        if instances is not None:
            self._at_start["instances"] = instances
        self._started_with = (profile_name, overrides)
        self._resets = 0
        self.choose(profile_name, overrides)
        self._moment: tuple[float, datetime] | None = None
        self._finish_what_was_left()
        self._put_what_is_there_from_the_start()

    def choose(self, profile_name: str, overrides: dict[str, Any]) -> None:
        """Play a product line, with some switches set otherwise.

        :raises UnknownSwitch: For a profile, a name or a value that does not exist.
        """
        switches = profile(profile_name)
        switches.set(overrides)
        self.profile_name, self.switches = profile_name, switches

    def reset(self) -> None:
        """Go back to the beginning: no rows, no faults, no records, switches and clock as at the start."""
        self._resets += 1
        self.store.clear()
        self.clouds.clear()
        self.faults.clear()
        self.recorder.clear()
        self.clock.reset()
        self.choose(*self._started_with)
        self._put_what_is_there_from_the_start()

    def later(self, seconds: float, name: str, project_id: str, **args: Any) -> None:
        """Let work end after some time.

        :param seconds: Simulated seconds from now; from the end of the job that is just ending where one is.
        :param name: Which of the jobs of the route files ends it.
        :param args: What that job needs to know.
        """
        work, now = self._moment or (self.clock.work(), self.clock.now())
        due = None if g and g.get("stuck") else work + seconds
        at = (now + timedelta(seconds=seconds)).isoformat()
        self.store.put("jobs", {"id": str(uuid.uuid4()), "project_id": project_id, "due": due, "at": at, "name": name, "args": args})

    def look_again(self, seconds: float, name: str, project_id: str, **args: Any) -> None:
        """Let a job that waits for the OpenStack beside the emulator try once more, however much simulated time has passed meanwhile.

        :param seconds: Simulated seconds from now.
        """
        moment, self._moment = self._moment, None
        try:
            self.later(seconds, name, project_id, **args)
        finally:
            self._moment = moment

    def forget(self, **args: Any) -> None:
        """Drop the work under way that knows these arguments."""
        for job in self.store.all("jobs"):
            if args.items() <= job["args"].items():
                self.store.delete("jobs", job["id"])

    def under_way(self, name: str, **args: Any) -> list[Doc]:
        """Return the arguments of the jobs of a name that know these arguments, in the order in which they were begun."""
        return [job["args"] for job in self.store.all("jobs") if job["name"] == name and args.items() <= job["args"].items()]

    def advance(self) -> None:
        """End all work that is due, in the order in which it was due."""
        while True:
            ready = [job for job in self.store.all("jobs") if job["due"] is not None and job["due"] <= self.clock.work()]
            if not ready:
                return
            job = min(ready, key=lambda one: float(one["due"]))
            self.store.delete("jobs", job["id"])
            self._moment = (job["due"], min(datetime.fromisoformat(job["at"]), self.clock.now()))
            try:
                self._jobs[job["name"]](self, job["args"], self._moment[1])
            finally:
                self._moment = None

    def pause(self, seconds: float) -> None:
        """Let the request being served wait while others are served; before it has written anything, as they end their transactions.

        :param seconds: Simulated seconds. A clock that stands still holds the request until it is moved.
        :raises Refusal: 503, where all was reset meanwhile.
        """
        until, resets = self.clock.work() + seconds, self._resets
        while self.clock.work() < until:
            self.lock.release()
            try:
                time.sleep(PAUSE_TICK_S)
            finally:
                self.lock.acquire()
            if self._resets != resets:
                raise Refusal(503, "The service was started anew.")

    def timestamp(self) -> str:
        """Return the time of day as the service stores it: naive UTC, whole seconds."""
        return stamp(self.clock.now())

    def global_scheduler(self) -> bool:
        """Tell whether the global job scheduler is on (API reference B.7)."""
        row = self.store.get("globals", "job_scheduler")
        return row is None or bool(row["enabled"])

    def _put_what_is_there_from_the_start(self) -> None:
        for kind, rows in self._at_start.items():
            for row in rows:
                if self.store.get(kind, row.get("id", "")) is None:
                    self.store.put(kind, self.seeds[kind](self, row))
        self.store.commit()

    def _finish_what_was_left(self) -> None:
        """Make work due that a former process left in a kept state directory; the hand of work starts anew."""
        for job in self.store.all("jobs"):
            self.store.put("jobs", {**job, "due": 0.0})
        self.store.commit()


def stamp(moment: datetime) -> str:
    """Return a time as stored rows show it, in whole seconds (API reference A.2)."""
    return moment.replace(microsecond=0).strftime(TIME_FORMAT)


def failure() -> str | None:
    """Return the error text with which the work that this request begins shall end, None where it shall end well."""
    text: str | None = g.get("fails")
    return text


def the_world() -> World:
    """Return the world that the request being served is meant for."""
    world: World = request.environ[WORLD]
    return world
