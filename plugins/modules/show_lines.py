#!/usr/bin/python
# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show lines of text on the screen."""

DOCUMENTATION = r"""
module: show_lines
short_description: Show lines of text on the screen
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Prints lines of text without quotes, commas and brackets, below the name of the task. The playbooks and roles of
    this collection show their tables and reports with it.
  - If a play has several hosts, the name of the host stands above its lines.
  - If a callback such as C(ansible.posix.json) writes the standard output as JSON, the lines go to the standard error,
    so that the output stays valid JSON.
  - It needs no server.
extends_documentation_fragment:
  - openprotect.backup._attributes.info_module
options:
  lines:
    description:
      - List of lines, or a text with several lines.
      - Control characters are shown as question marks.
    type: raw
    required: true
seealso:
  - module: ansible.builtin.debug
"""

EXAMPLES = r"""
- name: Check everything that can stop backups
  openprotect.backup.preflight_info:
    cloud: mycloud
  register: preflight

- name: Show the findings
  openprotect.backup.show_lines:
    lines: "{{ preflight.report }}"
"""

RETURN = r"""
lines:
  description: Lines that are shown.
  returned: success
  type: list
  elements: str
# BEGIN failure
error:
  description: Details of the error, in addition to RV(msg).
  returned: failure
  type: dict
  contains:
    code:
      description: Code of the error. The guide on errors explains it.
      type: str
    status:
      description: HTTP status of the response. Null if there was none.
      returned: if the error belongs to a request
      type: int
    request_id:
      description: Id of the request. The log of the server has more about it under this id.
      returned: if the error belongs to a request
      type: str
    method:
      description: HTTP method of the request.
      returned: if the error belongs to a request
      type: str
    path:
      description: Path of the request below the endpoint.
      returned: if the error belongs to a request
      type: str
msg:
  description: What failed, on which object, what the server said, and what to do next.
  returned: failure
  type: str
# END failure
"""

from ..module_utils._core.show_lines import run_show_lines


def main() -> None:
    """Run the module."""
    run_show_lines()


if __name__ == "__main__":
    main()
