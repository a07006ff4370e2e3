"""The guards of the test suite itself: a missing program, and the network."""

import socket

import pytest
from tools import require_tool

ABSENT = "no-such-program"


def test_a_program_that_is_there_is_found():
    assert require_tool("git").name.startswith("git")


def test_without_a_program_a_test_is_skipped_at_home(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"needs {ABSENT}"):
        require_tool(ABSENT)


def test_without_a_program_a_test_fails_under_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=f"needs {ABSENT}"):
        require_tool(ABSENT)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])  # reserved for documentation
def test_a_connection_that_leaves_this_machine_is_refused(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as outgoing, pytest.raises(AssertionError, match="connect to"):
        outgoing.connect((address, 80))


def test_a_datagram_and_a_look_up_that_leave_this_machine_are_refused():
    with socket.socket(type=socket.SOCK_DGRAM) as outgoing, pytest.raises(AssertionError, match="sendto to"):
        outgoing.sendto(b"", ("192.0.2.1", 53))
    with pytest.raises(AssertionError, match="look-up of"):
        socket.create_connection(("example.org", 80))


def test_the_loopback_stays_open():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])) as client,
    ):
        assert client.getpeername()[0] == "127.0.0.1"
