"""A port is kept for the server that was promised it."""

import socket

import pytest

from edgewarden.adapters.ports import LOOPBACK, is_taken, reserve_port


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


def test_a_port_is_taken_while_somebody_listens_there_and_free_afterwards() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = int(server.getsockname()[1])
        assert is_taken(LOOPBACK, port, patience=0)
        assert not is_taken("127.0.0.2", port, patience=0)
    assert not is_taken(LOOPBACK, port, patience=0)


def test_a_port_that_lingers_after_its_server_is_not_taken() -> None:
    assert not is_taken(LOOPBACK, reserve_port(), patience=0)
