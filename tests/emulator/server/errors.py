# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors that end the handling of a request."""


class Refusal(Exception):
    """The request is refused; none of its changes are kept.

    :param code: HTTP status.
    :param message: Text of the response.
    """

    def __init__(self, code: int, message: str) -> None:
        """Keep code and text."""
        super().__init__(message)
        self.code = code
        self.message = message


class CloudFailed(Exception):
    """A service of OpenStack failed or refused; the message names the service and the reason."""
