# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is printed or logged: at -vvvv, in syslog, and when another option is invalid, whatever its form."""

from __future__ import annotations

import json
import re
import shlex
import sys
import syslog
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from support.module import Failed, run_module
from support.playbook import play
from support.stand import Stand

# Each password consists of pieces like Kxw394, which are found in no other text, and of the text between them.
PIECE = re.compile(r"[A-Z][a-z]{2}\d{3}")
TOKEN = re.compile(r"gAAAAA[\w-]{8}")  # how all Fernet tokens begin

PASSWORDS = {
    "plain": "Kxw394Tzb518",
    "single quote": "Kxw394'Tzb518'",
    "double quote": 'Kxw394"Tzb518"',
    "both quotes": "Kxw394'\"Tzb518\\'Hqm726\\\"",
    "backslashes": "\\Kxw394\\nTzb518\\\\Hqm726\\",
    "lines": "Kxw394\nTzb518\r\nHqm726",
    "blanks": "  Kxw394 Tzb518\tHqm726 ",
    "braces": "{Kxw394}{{Tzb518}}%(Hqm726)s${Vdn603}",
    "jinja": "{{ 'Kxw394' }}{% raw %}Tzb518{# Hqm726",
    "JSON": '{"password": "Kxw394", "x": ["Tzb518"]}',
    "YAML": "Kxw394: Tzb518 # Hqm726",
    "key and value": "password=Kxw394 x='Tzb518'",
    "URL": "http://Kxw394:Tzb518@Hqm726/",
    "at sign": "Kxw394@Tzb518:Hqm726@Vdn603",
    "not ASCII": "Kxw394äß€Tzb518\u2028Hqm726🔑",
    "control characters": "Kxw394\x1b[31mTzb518\x07",
    "mark-up": "<b>Kxw394</b>&amp;Tzb518",
    "everything": "'Kxw394\"@{{Tzb518 }}\n\\ Hqm726€%s$(Vdn603) ",
    "our own mask": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETERKxw394********Tzb518",
}


def session(auth: dict[str, Any]) -> Session:
    """Return a session of keystoneauth1, apart from the collection's own."""
    return Session(Password(**auth))


class User:
    """A user of the project demo who changes the password often.

    :param stand: The cloud.
    """

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self._session = session(stand.auth("admin"))
        self._url = stand.env["auth_url"]
        self.names: list[str] = []

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask Keystone as an administrator."""
        answer = self._session.request(f"{self._url}/{path}", method, **({"json": body} if body else {}))
        return answer.json() if answer.content else None

    def create(self, name: str, password: str) -> str:
        """Create a user with that password and a role in demo, and return its id."""
        user_id: str = self.ask(
            "POST", "users", {"user": {"name": name, "password": password, "domain_id": "default"}}
        )["user"]["id"]
        self.names.append(user_id)
        member = self.ask("GET", "roles?name=member")["roles"][0]["id"]
        self.ask("PUT", f"projects/{self.stand.project()}/users/{user_id}/roles/{member}")
        return user_id

    def remove(self) -> None:
        """Delete all users that were created."""
        for user_id in self.names:
            self.ask("DELETE", f"users/{user_id}")


@pytest.fixture
def user(stand: Stand) -> Iterator[User]:
    made = User(stand)
    yield made
    made.remove()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the text that the modules of this process write to syslog."""
    lines: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda _priority, message: lines.append(message))
    return lines


def leaks(text: str) -> list[str]:
    """Return the pieces of secrets that stand in a text."""
    return PIECE.findall(text) + TOKEN.findall(text)


def ways(auth: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the ways to hand credentials to a task, right and wrong ones."""
    password = auth["password"]
    rest = {key: value for key, value in auth.items() if key != "password"}
    return {
        "auth": {"auth": auth},
        "auth as JSON": {"auth": json.dumps(auth)},
        "auth as keys and values": {"auth": " ".join(f"{key}={json.dumps(value)}" for key, value in auth.items())},
        "auth, misspelt": {"auth": {**rest, "pasword": password}},
        "auth, misspelt, as JSON": {"auth": json.dumps({**rest, "pasword": password})},
        "auth, deeper": {"auth": {**rest, "password": {"value": [password]}}},
        "auth, as another credential": {
            "auth": {**rest, "application_credential_id": "1", "application_credential_secret": password}
        },
        "dictionary": {"cloud": {"auth": auth}},
        "dictionary, beside auth": {"cloud": {"auth": rest, "password": password}},
        "dictionary, beside auth too": {"cloud": {"auth": auth, "notes": {"of the admin": [password]}}},
        "dictionary, misspelt": {"cloud": {"auth": {**rest, "pasword": password}}},
        "dictionary as text": {"cloud": str({"auth": auth})},
        "dictionary as JSON": {"cloud": json.dumps({"auth": auth})},
        "dictionary as YAML": {"cloud": yaml.safe_dump({"auth": auth})},
        "dictionary and auth": {"cloud": {"auth": rest}, "auth": {"password": password}},
    }


WORKING = {
    "auth",
    "auth as JSON",
    "dictionary",
    "dictionary, beside auth",
    "dictionary, beside auth too",
    "dictionary and auth",
}
WRONG: dict[str, dict[str, Any]] = {
    "nothing": {},
    "unknown option": {"colour": "red"},
    "wrong type": {"api_timeout": "never"},
    "Keystone that is not there": {},
}


@pytest.mark.parametrize("shape", PASSWORDS)
def test_no_way_to_hand_over_a_secret_shows_it(user: User, logged: list[str], shape: str) -> None:
    assert leaks(PASSWORDS[shape]), "what is looked for can be found"
    user.create("secretive", PASSWORDS[shape])
    auth = {**user.stand.auth(), "username": "secretive", "password": PASSWORDS[shape]}
    worked = set()
    for wrong, more in WRONG.items():
        for way, options in ways(
            {**auth, "auth_url": "http://127.0.0.1:9/v3"} if "Keystone" in wrong else auth
        ).items():
            logged.clear()
            try:
                result = run_module("workload_info", {**options, **more})
                worked.add((wrong, way))
                assert "Invoked with" in "".join(logged)
            except Failed as failed:
                result = failed.result
            assert leaks(json.dumps(result)) == [], (wrong, way, result)
            assert leaks("".join(logged)) == [], (wrong, way, logged)
    assert worked - {("nothing", "auth as keys and values")} == {("nothing", way) for way in WORKING}, (
        "keys and values cannot hold every secret"
    )


def test_number_is_a_secret_too(user: User, logged: list[str]) -> None:
    user.create("secretive", "84039271")
    auth = {**user.stand.auth(), "username": "secretive", "password": 84039271}
    for options in ({"auth": auth}, {"cloud": {"auth": auth}}, {"cloud": {"auth": auth}, "colour": "red"}):
        logged.clear()
        try:
            result = run_module("workload_info", options)
        except Failed as failed:
            result = failed.result
        assert "84039271" not in json.dumps(result) + "".join(logged), options


# ---- the real ansible-playbook at -vvvv -----------------------------------------------------------------------------

SITECUSTOMIZE = """
import syslog

def write(_priority, message):
    with open({path!r}, "a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(message + "\\n")

syslog.syslog = write
"""


class Unsafe(str):
    """A text that ansible must not take for a template."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Writes YAML with ansible's tag for such texts."""


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def interpreter(directory: Path) -> tuple[Path, Path]:
    """Create a Python that writes messages for syslog to a file. Return both paths."""
    own, log, program = directory / "own", directory / "syslog", directory / "python"
    own.mkdir()
    (own / "sitecustomize.py").write_text(SITECUSTOMIZE.format(path=str(log)))
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(own))} exec {shlex.quote(sys.executable)} "$@"\n')
    program.chmod(0o700)
    return program, log


def test_playbook_prints_and_logs_no_secret(user: User, tmp_path: Path) -> None:
    password = PASSWORDS["everything"]
    user.create("secretive", password)
    known: dict[str, Any] = {
        "login": {"username": "secretive", "password": Unsafe(password)},
        "token": session(user.stand.auth()).get_token(),
    }
    secrets = tmp_path / "secrets.yml"
    secrets.write_text(yaml.dump(known, Dumper=Dumper), encoding="utf-8")
    program, log = interpreter(tmp_path)
    played = play(
        tmp_path,
        "secrets.yml",
        *("-vvvv", "--extra-vars", f"@{secrets}"),
        variables={"auth_url": user.stand.env["auth_url"], "ansible_python_interpreter": str(program)},
        environment={"ANSIBLE_LOG_PATH": str(tmp_path / "ansible.log")},
    )
    assert played.code == 0, played.stdout
    assert leaks(password), "what is looked for can be found"
    assert leaks(known["token"])
    written = {
        "stdout": played.stdout,
        "stderr": played.stderr,
        "syslog": log.read_text(encoding="utf-8"),
        "log": (tmp_path / "ansible.log").read_text(),
    }
    assert {where: leaks(text) for where, text in written.items()} == {where: [] for where in written}
    assert "a harmless description" in written["stdout"], "the options are printed at all"
    assert "a harmless description" in written["syslog"], "the options are logged at all"
