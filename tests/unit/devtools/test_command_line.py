# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of `dev.py`."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import dev
from devtools.environments import environment
from devtools.paths import ROOT


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the root of the work tree, as the tools are run."""
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=60)


def test_commands_can_be_interrupted_also_where_the_shell_started_it_in_the_background() -> None:
    command = "trap 'echo stopped' INT; kill -INT $$"
    script = f"import dev, subprocess; dev.take_signals(); subprocess.run(['sh', '-c', {command!r}], check=True)"
    assert run("sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", script).stdout == "stopped\n"


def test_older_python_is_told_so_before_anything_else_is_imported() -> None:
    script = "import runpy, sys; sys.version_info = (3, 10); sys.modules['devtools'] = None; runpy.run_path('dev.py')"
    done = run(sys.executable, "-c", script)
    assert (done.returncode, done.stderr) == (1, "Python 3.11 or newer is needed\n")


def test_older_python_can_parse_it() -> None:
    source = (ROOT / "dev.py").read_text()
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source  # a syntax error before Python 3.7


@pytest.mark.parametrize("names", [[], ["unit"], ["core-2.17", "matrix"]])
def test_names_of_stages_and_groups_are_taken(names: list[str]) -> None:
    assert dev.command_line().parse_args(["test", *names]).stage == names


def test_name_of_no_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        dev.command_line().parse_args(["test", "units"])
    assert "no stage 'units'" in capsys.readouterr().err


def test_unknown_arguments_are_refused_except_those_for_the_launcher() -> None:
    done = run(sys.executable, "dev.py", "cloud", "--ligth")
    assert (done.returncode, "unrecognized arguments: --ligth" in done.stderr) == (2, True)
    assert dev.command_line().parse_known_args(["boot", "--property", "a=b", "web-3"])[1] == [
        "--property",
        "a=b",
        "web-3",
    ]
