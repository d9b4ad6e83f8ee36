# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serve an application on 127.0.0.1 until the process receives a signal to stop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from cheroot.wsgi import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"


def serve(application: WSGIApplication, port: int, name: str) -> None:
    """Print the address and serve until SIGINT or SIGTERM.

    :param port: 0 takes a free one.
    :param name: The first words of the printed line. The last word is the address.
    """
    # A set of workloads opens many connections at once. A short queue would reset some of them.
    server = Server((HOST, port), application, numthreads=8, request_queue_size=128)
    server.keep_alive_conn_limit = 64
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.prepare()
    print(f"{name} on http://{HOST}:{server.bind_addr[1]}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        server.stop()
