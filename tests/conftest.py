"""The same conditions for every test: no screen, one thread, no network."""

import ipaddress
import os
import socket
from typing import Any

import pytest

# Set before any library is loaded; processes that a test starts inherit them.
os.environ["MPLBACKEND"] = "Agg"
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"  # the order of a sum must not depend on the machine

LOOK_UP = socket.getaddrinfo


class NetworkInTest(AssertionError):
    """A test, or what it calls, tried to leave this machine."""


def is_local(address: Any) -> bool:
    """Whether an address stays on this machine: a notebook talks to its kernel over the loopback."""
    if not isinstance(address, tuple):
        return True  # a socket that is a file
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


def guarded(method: str) -> Any:
    """Return a method of `socket.socket` that refuses addresses elsewhere (its last argument)."""
    original = getattr(socket.socket, method)

    def call(self: socket.socket, *arguments: Any) -> Any:
        if not is_local(arguments[-1]):
            raise NetworkInTest(f"{method} to {arguments[-1]!r}")
        return original(self, *arguments)

    return call


def guarded_look_up(host: Any, *arguments: Any, **named: Any) -> Any:
    if host is not None and not is_local((host,)):
        raise NetworkInTest(f"look-up of {host!r}")
    return LOOK_UP(host, *arguments, **named)


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for tests, doctests and fixtures alike, before any of them is collected."""
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for method in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, method, guarded(method))
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
