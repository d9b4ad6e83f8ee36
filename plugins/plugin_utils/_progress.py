# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the progress of modules that wait for hours, since a module cannot print anything while it runs.

The action runs the module with `wait: false`, and then repeatedly with the id of the started object, which only reads.
It uses no API: Ansible decides on which host, as which user and with which Python the module runs.
"""

from __future__ import annotations

import time
from typing import Any, Optional

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ._call_directory import hand_on_call_directory

SHORTEST_PAUSE = 5.0
LONGEST_PAUSE = 30.0
GROWTH = 1.5
AT_LEAST_EVERY = 60.0
TRANSIENT_CODES = frozenset({"unreachable", "bad_answer"})
TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})
CONNECTION_LOST = "connection_lost"
TIMES_LOST = 3
"""How often in a row a login, or the connection to the host, may fail. Such a failure may be permanent."""


class ProgressAction(ActionBase):
    """Runs the module of its own name without waiting, and waits in its place."""

    _supports_async = True
    _supports_check_mode = True

    noun: str
    """Key of the object in the result of the module."""

    ended: frozenset[str]
    """The final states of the object."""

    default_timeout: float
    """Default of the option `timeout` of the module, in seconds."""

    starting: tuple[str, ...]
    """Options for the start, which exclude the id or have no effect with it."""

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        """Run the module, and show the progress until the object has ended.

        With `async`, in check mode and without `wait`, the module does everything by itself.
        """
        result: dict[str, Any] = super().run(tmp, task_vars)
        hand_on_call_directory(self._task, self._connection)
        given = dict(self._task.args)
        if not self._waits(given):
            return {**result, **self._module(given, task_vars, wrap_async=bool(self._task.async_val))}
        begun = self._module({**given, "wait": False}, task_vars)
        if begun.get("failed") or (self._ended(begun) and not begun.get("changed")):
            return {**result, **begun}
        return {**result, **self._follow(given, begun, task_vars)}

    def _waits(self, given: dict[str, Any]) -> bool:
        """Return whether this action waits in place of the module."""
        waits = is_true(given.get("wait", True)) and not is_true(given.get("plan_only", False))
        present = given.get("state", "present") == "present"
        return waits and present and not self._task.async_val and not self._task.check_mode

    def _module(
        self, options: dict[str, Any], task_vars: Optional[dict[str, Any]], wrap_async: bool = False
    ) -> dict[str, Any]:
        """Run the module and return its result."""
        result: dict[str, Any] = self._execute_module(
            module_name=self._task.action, module_args=options, task_vars=task_vars, wrap_async=wrap_async
        )
        return result

    def _ended(self, result: dict[str, Any]) -> bool:
        """Return whether the object in a result is in a final state."""
        return (result.get(self.noun) or {}).get("status") in self.ended

    def _follow(
        self, given: dict[str, Any], begun: dict[str, Any], task_vars: Optional[dict[str, Any]]
    ) -> dict[str, Any]:
        """Read the object until it has ended, and return the result of the task.

        :param begun: Result of the module that started the object. It is read at least once more, so that the module
            judges the final state.
        """
        reading = {key: value for key, value in given.items() if key not in self.starting}
        reading.update({"id": begun["id"], "state": "present", "wait": False})
        start = time.monotonic()
        timeout = float(given.get("timeout", self.default_timeout))
        interval = given.get("wait_interval")
        pause, lost, shown, shown_at = SHORTEST_PAUSE, 0, "", start
        last, judged = begun, False
        while not (judged and self._ended(last)):
            line = self._line(last[self.noun])
            if line != shown or time.monotonic() - shown_at >= AT_LEAST_EVERY:
                self._show(f"{line}, {time.monotonic() - start:.0f} s")
                shown, shown_at = line, time.monotonic()
            wait = 0.0 if self._ended(last) else pause if interval is None else float(interval)
            if time.monotonic() + wait > start + timeout:
                # The module itself reports the end of the waiting time, with its own message.
                return self._result(begun, self._module({**reading, "wait": True, "timeout": 0}, task_vars), timeout)
            time.sleep(wait)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
            seen = self._read(reading, task_vars, lost)
            times = times_lost(seen, lost)
            if times is None:
                return self._result(begun, seen, timeout)
            lost = times
            if not seen.get("failed"):
                last, judged = seen, True
        self._show(f"{self._line(last[self.noun])}, {time.monotonic() - start:.0f} s")
        return self._result(begun, last, timeout)

    def _read(self, options: dict[str, Any], task_vars: Optional[dict[str, Any]], lost: int) -> dict[str, Any]:
        """Run the module to read the object. A lost connection becomes a failed result.

        :param lost: How often in a row the login or the connection has failed.
        :raises AnsibleConnectionFailure: The connection has failed too often.
        """
        try:
            return self._module(options, task_vars)
        except AnsibleConnectionFailure as exc:
            if lost < TIMES_LOST:
                return {"failed": True, "error": {"code": CONNECTION_LOST}}
            resume = f"The {self.noun} {options['id']} continues. Run the task again to follow it."
            raise AnsibleConnectionFailure(f"{resume} The connection was lost: {exc}") from exc

    def _result(self, begun: dict[str, Any], last: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Return the result of the task: that of the start, with the object or the failure of the last read."""
        # Those of the last read are about the end, such as addresses that a new server did not get.
        warnings = list(begun.get("warnings") or [])
        warnings += [each for each in last.get("warnings") or [] if each not in warnings]
        said = {"warnings": warnings} if warnings else {}
        if not last.get("failed"):
            return {**begun, **said, self.noun: last[self.noun]}
        # The module waited 0 seconds, and the action the whole timeout before.
        msg = str(last.get("msg", "")).replace(" after 0 seconds; ", f" after {timeout:g} seconds; ")
        return {**begun, **last, **said, "msg": msg, "changed": begun.get("changed", False)}

    @staticmethod
    def _line(seen: dict[str, Any]) -> str:
        """Return the progress of an object as one line."""
        percent = "" if seen.get("progress_percent") is None else f", {seen['progress_percent']} %"
        message = f", {seen['progress_msg']}" if seen.get("progress_msg") else ""
        size = f", {seen['uploaded_size'] / 1024**3:.1f} GiB" if seen.get("uploaded_size") else ""
        return f"{seen.get('name') or ''} ({seen.get('id')}): {seen.get('status')}{percent}{message}{size}".strip()

    def _show(self, line: str) -> None:
        """Print a line, unless the task has `no_log`."""
        if not self._task.no_log:
            # Not to stdout, which may be JSON for another program.
            Display().display(f"  {self.noun} {line}", stderr=True)


def times_lost(seen: dict[str, Any], lost: int) -> Optional[int]:
    """Return how often in a row the login or the connection has failed, None if the result ends the task.

    :param seen: Result of the last read.
    :param lost: The number before that read.
    """
    error = seen.get("error") or {}
    busy = error.get("status") in TRANSIENT_STATUS and error.get("code") == "refused"
    if not seen.get("failed") or error.get("code") in TRANSIENT_CODES or busy:
        return 0  # a service that is away is tolerated until the timeout, as in the module
    if error.get("code") in ("login_failed", CONNECTION_LOST) and lost < TIMES_LOST:
        return lost + 1
    return None


def is_true(value: Any) -> bool:
    """Return a truth value as Ansible reads it. Any other value counts as true, and the module refuses it."""
    return str(value).lower() not in ("false", "no", "off", "0", "f", "n", "none", "")
