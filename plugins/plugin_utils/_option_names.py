# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name the variables of a role in the messages of a module, which names its own options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

QUOTED = re.compile(r"(?<!name )(?<!named )'(([a-z_]+)((?:\[|\.|: )[^']*)?)'(?! \()")
"""An option in quotes, perhaps with a value or a key in it. The names of objects in quotes are no options."""


def rename_options(text: str, names: Mapping[str, str]) -> str:
    """Return a message with other names for options.

    :param names: New names, by option or by an option with its value, such as `latest: true`.
    """

    def rename(found: re.Match[str]) -> str:
        whole, option, rest = found.groups()
        new = names.get(whole) or (f"{names[option]}{rest or ''}" if option in names else whole)
        return f"'{new}'"

    return QUOTED.sub(rename, text)


def rename_in_result(result: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the result of a module with other names for options in its message and its warnings."""
    renamed = dict(result)
    if isinstance(renamed.get("msg"), str):
        renamed["msg"] = rename_options(renamed["msg"], names)
    if renamed.get("warnings"):
        renamed["warnings"] = [
            rename_options(each, names) if isinstance(each, str) else each for each in renamed["warnings"]
        ]
    return renamed
