# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS for tests: certificates made on the spot, and a server that speaks TLS in front of one that does not."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LOCALHOST = "127.0.0.1"


def certificate(directory: Path, *, address: str = LOCALHOST, days: float = 365) -> Path:
    """Make a certificate that signs itself, and return the file that holds it and its key.

    :param address: The IP address that it is for.
    :param days: How long it is good from now on; negative for one that has expired.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / f"certificate-{address}-{days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


class Forwarder(socketserver.ThreadingTCPServer):
    """Takes TLS off connections and hands them on.

    :param pem: Certificate and key.
    :param port: Where to, on this machine.
    """

    daemon_threads = True

    def __init__(self, pem: Path, port: int) -> None:
        super().__init__((LOCALHOST, 0), Handler)
        self.behind = port
        self.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.trust.load_cert_chain(pem)


class Handler(socketserver.BaseRequestHandler):
    """One connection: what comes from either side goes to the other."""

    server: Forwarder

    def handle(self) -> None:
        """Hand on until one side has ended; a client that refuses the certificate has ended at once."""
        with contextlib.suppress(OSError), socket.create_connection((LOCALHOST, self.server.behind)) as behind:
            front = self.server.trust.wrap_socket(self.request, server_side=True)
            back = threading.Thread(target=pump, args=(behind, front), daemon=True)
            back.start()
            pump(front, behind)
            back.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Hand on what one side sends until it has ended, and tell the other side so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def secured(pem: Path, port: int) -> Iterator[str]:
    """Serve the port of this machine by TLS, and give the address, without a path."""
    with Forwarder(pem, port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"https://{LOCALHOST}:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
