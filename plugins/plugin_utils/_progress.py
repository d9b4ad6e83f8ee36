# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress in front of the operator, for modules that wait for hours: a module cannot show anything while it runs.

The module is run with `wait: false`, and then again and again with the id of what it started, which only reads. Nothing here
knows OpenStack: where the module runs, as whom and with which Python is left to Ansible.
"""

from __future__ import annotations

import time
from typing import Any, Optional

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

SHORTEST_PAUSE = 5.0
LONGEST_PAUSE = 30.0
GROWTH = 1.5
AT_LEAST_EVERY = 60.0
PASSING = frozenset({"unreachable", "bad_answer"})
TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})
TIMES_LOST = 3
"""How often in a row a login, or the way to where the module runs, may fail: whether that passes is not known, as with the service itself."""


class ProgressAction(ActionBase):
    """Runs a module of its own name without waiting, and waits in its place."""

    _supports_async = True
    _supports_check_mode = True

    noun: str
    """Key of the object in the module's result."""

    ended: frozenset[str]
    """States in which there is nothing more to wait for."""

    default_timeout: float
    """Default of the module's option `timeout`, in seconds."""

    starting: tuple[str, ...]
    """Options that say what is started, and do not go with the id."""

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        """Run the module, and show how far it is until it has ended; with `async`, in check mode and without `wait` the module does all by itself."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        given = dict(self._task.args)
        begun = self._module({**given, "wait": False}, task_vars) if self._waits(given) else None
        if begun is None:
            return {**result, **self._module(given, task_vars, wrap_async=bool(self._task.async_val))}
        if begun.get("failed") or (self._ended(begun) and not begun.get("changed")):
            return {**result, **begun}
        return {**result, **self._follow(given, begun, task_vars)}

    def _waits(self, given: dict[str, Any]) -> bool:
        """Tell whether there is something to wait for here rather than in the module."""
        waits = truth(given.get("wait", True)) and not truth(given.get("plan_only", False))
        return (
            waits
            and given.get("state", "present") == "present"
            and not self._task.async_val
            and not self._task.check_mode
        )

    def _module(
        self, options: dict[str, Any], task_vars: Optional[dict[str, Any]], wrap_async: bool = False
    ) -> dict[str, Any]:
        """Run the module and return its result."""
        answer: dict[str, Any] = self._execute_module(
            module_name=self._task.action, module_args=options, task_vars=task_vars, wrap_async=wrap_async
        )
        return answer

    def _ended(self, result: dict[str, Any]) -> bool:
        """Tell whether the object of a result has ended, however."""
        return (result.get(self.noun) or {}).get("status") in self.ended

    def _follow(
        self, given: dict[str, Any], begun: dict[str, Any], task_vars: Optional[dict[str, Any]]
    ) -> dict[str, Any]:
        """Look at what was begun until it has ended, and return the result of the task."""
        look = {key: value for key, value in given.items() if key not in self.starting}
        look.update({"id": begun["id"], "state": "present", "wait": False})
        start = time.monotonic()
        timeout = float(given.get("timeout", self.default_timeout))
        interval = given.get("wait_interval")
        pause, lost, shown, at = SHORTEST_PAUSE, 0, "", start
        last, judged = begun, False
        while not (judged and self._ended(last)):
            line = self._line(last[self.noun])
            if line != shown or time.monotonic() - at >= AT_LEAST_EVERY:
                self._show(f"{line}, {time.monotonic() - start:.0f} s")
                shown, at = line, time.monotonic()
            wait = 0.0 if self._ended(last) else pause if interval is None else float(interval)
            if time.monotonic() + wait > start + timeout:
                # The module says it in its own words, which tell how to go on.
                return self._result(begun, self._module({**look, "wait": True, "timeout": 0}, task_vars), timeout)
            time.sleep(wait)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
            try:
                seen = self._module(look, task_vars)
            except AnsibleConnectionFailure as exc:
                lost += 1
                if lost > TIMES_LOST:
                    how = f"The {self.noun} {begun['id']} goes on: run the task again, it joins it."
                    raise AnsibleConnectionFailure(f"{how} The connection was lost: {exc}") from exc
                continue
            error = seen.get("error") or {}
            if not seen.get("failed"):
                last, lost, judged = seen, 0, True
            elif error.get("code") in PASSING or error.get("status") in TRANSIENT_STATUS:
                lost = 0  # gone until the time is over, as where the module waits by itself
            elif error.get("code") == "login_failed" and lost < TIMES_LOST:
                lost += 1
            else:
                return self._result(begun, seen, timeout)
        self._show(f"{self._line(last[self.noun])}, {time.monotonic() - start:.0f} s")
        return self._result(begun, last, timeout)

    def _result(self, begun: dict[str, Any], last: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Return the result of the task: what the module said when it began, and what it saw last."""
        if not last.get("failed"):
            return {**begun, self.noun: last[self.noun]}
        msg = str(last.get("msg", "")).replace(
            " after 0 seconds; ", f" after {timeout:g} seconds; "
        )  # it has looked once, after all the waiting here
        return {**begun, **last, "msg": msg, "changed": begun.get("changed", False)}

    @staticmethod
    def _line(seen: dict[str, Any]) -> str:
        """Return how far something is, in a line."""
        percent = "" if seen.get("progress_percent") is None else f", {seen['progress_percent']} %"
        message = f", {seen['progress_msg']}" if seen.get("progress_msg") else ""
        size = f", {seen['uploaded_size'] / 1024**3:.1f} GiB" if seen.get("uploaded_size") else ""
        return f"{seen.get('name') or ''} ({seen.get('id')}): {seen.get('status')}{percent}{message}{size}".strip()

    def _show(self, line: str) -> None:
        """Show a line to the operator, unless the task must not be shown."""
        if not self._task.no_log:
            Display().display(f"  {self.noun} {line}")


def truth(value: Any) -> bool:
    """Return a truth value as the module will read it; what is none is taken for true, and left to the module to refuse."""
    return str(value).lower() not in ("false", "no", "off", "0", "f", "n", "none", "")
