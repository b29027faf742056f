"""Ports of the loopback address."""

from __future__ import annotations

import socket

from services.errors import ServiceError

HOST = "127.0.0.1"
# What people type: passkeys work for the name localhost and for no address in figures.
NAME = "localhost"


def is_free(port: int) -> bool:
    """Whether we could listen there: a plain bind, so that a server with SO_REUSEPORT counts as taking it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """The preferred port when it is free, else any."""
    if preferred is not None and is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def parse(value: str) -> int:
    """The number of a port that somebody wrote."""
    if not value.isdecimal() or not 1 <= int(value) <= 65_535:
        raise ServiceError(f"{value} is not a port: give a number from 1024 to 65535, as in make run PORT=8010.")
    return int(value)


def require_free(port: int) -> None:
    """Refuse a port that is taken, naming the command with one that is free."""
    if is_free(port):
        return
    if port < 1024:
        raise ServiceError(f"This user may not listen on port {port}: choose another, as in make run PORT=8010.")
    other = next((number for number in range(8010, 8100, 10) if number != port and is_free(number)), None)
    advice = f"make run PORT={other if other is not None else free_port()}"
    raise ServiceError(f"Port {port} is taken by another program: use another with  {advice}")
