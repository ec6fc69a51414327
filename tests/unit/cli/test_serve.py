"""``edgewarden serve`` where another program listens."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from edgewarden.adapters.ports import LOOPBACK
from edgewarden.cli import plainly
from edgewarden.cli.main import main
from edgewarden.settings import load_settings


def test_the_service_names_the_port_that_another_program_has(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(plainly, "_PATIENCE", 0.0)
    monkeypatch.setenv("EDGEWARDEN_DATA", str(tmp_path / "data"))
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("EDGEWARDEN_PORT", str(port))
        result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert f"another program listens on port {port} of {LOOPBACK}" in result.stderr
    assert "set EDGEWARDEN_PORT" in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_free_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plainly, "_PATIENCE", 0.0)
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
    monkeypatch.setenv("EDGEWARDEN_PORT", str(port))
    plainly.refuse_taken_port(load_settings())
