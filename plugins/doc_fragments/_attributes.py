# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of modules: check mode, diff mode, repetition and action groups."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the attributes that modules share."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying the server.
    details:
      - Check mode reads the current state of the server and sends nothing that changes it.
      - It cannot predict what only the server decides, such as a quota, the licence, or a rule in C(policy.yaml) that
        denies the call.
  diff_mode:
    support: full
    description: Returns what is changed, or would be in check mode, when in diff mode.
  idempotent:
    support: full
    description: A second run with the same options changes nothing.
"""

    INFO_MODULE = r"""
options: {}
attributes:
  check_mode:
    support: full
    description: Can run in C(check_mode) and return changed status prediction without modifying the server.
    details:
      - This module reads only.
  diff_mode:
    support: N/A
    description: Returns what is changed, or would be in check mode, when in diff mode.
  idempotent:
    support: N/A
    description: A second run with the same options changes nothing.
    details:
      - This module reads only.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    support: full
    description:
      - Use C(group/openprotect.backup.trilio) or C(group/openprotect.backup.all) in C(module_defaults) to set
        connection options once.
    membership:
      - openprotect.backup.trilio
      - openprotect.backup.all
"""
