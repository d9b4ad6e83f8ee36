# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one emulator: its rows, its clock, its switches, and the jobs that run in it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response, g, request

from .clock import Clock
from .errors import Refusal
from .faults import Faults
from .recorder import Recorder
from .store import Doc, Store
from .switches import SwitchSet

S = TypeVar("S", bound=SwitchSet)
Job = Callable[["World[S]", Doc, datetime], None]
Seed = Callable[["World[S]", Doc], Doc]

WORLD = "emulator.world"
PAUSE_TICK_S = 0.01
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%f"


@dataclass(frozen=True)
class Kind(Generic[S]):
    """One kind of object: what its route file adds to the emulator.

    :param blueprint: Its routes.
    :param jobs: Functions that end a job, by name of the job.
    :param seeds: Functions that complete a row that a test puts into the store, by kind of row.
    :param at_start: Rows that exist from the start, by kind of row.
    :param writing_gets: Endpoints that change state although they are GETs (reference Q18).
    """

    blueprint: Blueprint
    jobs: dict[str, Job[S]] = field(default_factory=dict)
    seeds: dict[str, Seed[S]] = field(default_factory=dict)
    at_start: dict[str, list[Doc]] = field(default_factory=dict)
    writing_gets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Api(Generic[S]):
    """The API that an emulator serves.

    :param kinds: Its kinds of objects.
    :param profile: Returns the switches of a profile, or raises `UnknownSwitch`.
    :param profiles: Names of the profiles; empty if there is only one.
    :param refused: Makes the response to a refused request.
    """

    kinds: list[Kind[S]]
    profile: Callable[[str], S]
    refused: Callable[[S, Refusal], Response]
    profiles: tuple[str, ...] = ()


class World(Generic[S]):
    """All state of one emulator.

    :param api: The API that it serves.
    :param store: The rows.
    :param clock: The time.
    :param profile: The profile at the start and after a reset.
    :param switches: Switches that differ from the profile.
    :param given: Rows that the user of the emulator gave at the start, by kind of row.
    """

    def __init__(
        self,
        api: Api[S],
        store: Store,
        clock: Clock,
        profile: str = "",
        switches: dict[str, Any] | None = None,
        given: dict[str, list[Doc]] | None = None,
    ) -> None:
        """Start with the rows that the store has and those that exist from the start."""
        self.api = api
        self.store = store
        self.clock = clock
        self.given = given or {}
        self.lock = threading.RLock()
        self.recorder = Recorder()
        self.faults = Faults()
        # Never written to a disk: the clouds of running restores, by id, which hold the tokens of users.
        self.memory: dict[str, Any] = {}
        self._jobs = {name: job for kind in api.kinds for name, job in kind.jobs.items()}
        self.seeds = {name: seed for kind in api.kinds for name, seed in kind.seeds.items()}
        self._at_start = {name: rows for kind in api.kinds for name, rows in kind.at_start.items()} | self.given
        self._started_with = (profile, switches or {})
        self._resets = 0
        self.choose(*self._started_with)
        self._moment: tuple[float, datetime] | None = None
        self._make_old_jobs_due()
        self._put_initial_rows()

    def choose(self, profile: str, overrides: dict[str, Any]) -> None:
        """Take the switches of a profile, and set some of them otherwise.

        :raises UnknownSwitch: For a profile, a name or a value that does not exist.
        """
        switches = self.api.profile(profile)
        switches.set(overrides)
        self.profile, self.switches = profile, switches

    def reset(self) -> None:
        """Go back to the start: initial rows, switches and clock, no faults, no records."""
        self._resets += 1
        self.store.clear()
        self.memory.clear()
        self.faults.clear()
        self.recorder.clear()
        self.clock.reset()
        self.choose(*self._started_with)
        self._put_initial_rows()

    def start_job(self, seconds: float, name: str, project_id: str, **args: Any) -> None:
        """Start a job that ends after some time.

        :param seconds: Simulated seconds from now, or from the end of the job that ends at this moment.
        :param name: Name of the function that ends it, a key of `Kind.jobs`.
        :param args: Arguments of that function.
        """
        work, now = self._moment or (self.clock.work(), self.clock.now())
        due = None if g and g.get("stuck") else work + seconds
        at = (now + timedelta(seconds=seconds)).isoformat()
        self.store.put(
            "jobs",
            {"id": str(uuid.uuid4()), "project_id": project_id, "due": due, "at": at, "name": name, "args": args},
        )

    def retry_job(self, seconds: float, name: str, project_id: str, **args: Any) -> None:
        """Start a job that waits for the real OpenStack once more, counted from now and not from its own end.

        :param seconds: Simulated seconds from now.
        """
        moment, self._moment = self._moment, None
        try:
            self.start_job(seconds, name, project_id, **args)
        finally:
            self._moment = moment

    def drop_jobs(self, **args: Any) -> None:
        """Drop the running jobs that have these arguments."""
        for job in self.store.all("jobs"):
            if args.items() <= job["args"].items():
                self.store.delete("jobs", job["id"])

    def running_jobs(self, name: str, **args: Any) -> list[Doc]:
        """Return all arguments of the running jobs with this name and these arguments, oldest first."""
        return [
            job["args"] for job in self.store.all("jobs") if job["name"] == name and args.items() <= job["args"].items()
        ]

    def end_due_jobs(self) -> None:
        """End all jobs that are due, in the order of their times."""
        while True:
            ready = [
                job for job in self.store.all("jobs") if job["due"] is not None and job["due"] <= self.clock.work()
            ]
            if not ready:
                return
            job = min(ready, key=lambda one: float(one["due"]))
            self.store.delete("jobs", job["id"])
            self._moment = (job["due"], min(datetime.fromisoformat(job["at"]), self.clock.now()))
            try:
                self._jobs[job["name"]](self, job["args"], self._moment[1])
            finally:
                self._moment = None

    def hold_request(self, seconds: float) -> None:
        """Hold the current request while others are served. Call it before the first write: they end the transaction.

        :param seconds: Simulated seconds. A frozen clock holds the request until it is moved.
        :raises Refusal: 503 if the emulator was reset meanwhile.
        """
        until, resets = self.clock.work() + seconds, self._resets
        while self.clock.work() < until:
            self.lock.release()
            try:
                time.sleep(PAUSE_TICK_S)
            finally:
                self.lock.acquire()
            if self._resets != resets:
                raise Refusal(503, "The service was restarted.")

    def timestamp(self) -> str:
        """Return the time of day as the service stores it: naive UTC, whole seconds."""
        return stamp(self.clock.now())

    def _put_initial_rows(self) -> None:
        for kind, rows in self._at_start.items():
            for row in rows:
                if self.store.get(kind, row.get("id", "")) is None:
                    self.store.put(kind, self.seeds[kind](self, row))
        self.store.commit()

    def _make_old_jobs_due(self) -> None:
        """Make the jobs of an earlier process due: the seconds of work do not outlive the process."""
        for job in self.store.all("jobs"):
            self.store.put("jobs", {**job, "due": 0.0})
        self.store.commit()


def stamp(moment: datetime) -> str:
    """Return a time as stored rows show it, in whole seconds (reference A.2)."""
    return moment.replace(microsecond=0).strftime(TIME_FORMAT)


def failure() -> str | None:
    """Return the error text of the job that this request starts, or None if the job succeeds."""
    text: str | None = g.get("fails")
    return text


def current_world() -> World[Any]:
    """Return the world that serves the current request."""
    world: World[Any] = request.environ[WORLD]
    return world
