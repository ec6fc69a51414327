"""A port is kept for the server that was promised it."""

import socket

import pytest

from edgewarden.adapters.ports import LOOPBACK, reserve_port


def test_a_server_can_listen_on_a_reserved_port() -> None:
    server = socket.create_server((LOOPBACK, reserve_port()))
    with server, socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        accepted.close()
        assert client.recv(1) == b""


def test_a_reserved_port_is_nobody_elses() -> None:
    port = reserve_port()
    assert reserve_port(port) != port
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((LOOPBACK, port))


def test_the_preferred_port_is_taken_where_it_is_free() -> None:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        taken = int(probe.getsockname()[1])
        assert reserve_port(taken) != taken
    assert reserve_port(taken) == taken


def test_a_port_that_somebody_listens_on_is_not_reserved() -> None:
    with socket.create_server(("", 0)) as server:
        taken = int(server.getsockname()[1])
        assert reserve_port(taken) != taken
