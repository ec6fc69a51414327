"""Ports of this machine, kept for a program that is about to listen."""

import errno
import socket
import time

LOOPBACK = "127.0.0.1"
_PAUSE = 0.1


def is_taken(host: str, port: int, patience: float) -> bool:
    """Whether a program listens there, also after so many seconds: one that is ending may yet.

    Other reasons for which nothing could listen there are for whoever tries.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = time.monotonic() + patience
    while True:
        with socket.socket(family) as listener:
            # As servers do: what merely lingers in TIME-WAIT keeps nobody out.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    return False
            else:
                return False
        if time.monotonic() >= deadline:
            return True
        time.sleep(_PAUSE)


def reserve_port(preferred: int = 0) -> int:
    """A port of the loopback address on which nobody listens, kept for about a minute.

    ``preferred`` is taken where it is free, otherwise any. The port is left in TIME-WAIT
    (RFC 9293, section 3.3.2), so that neither a program that wants any port nor another call
    gets it, but a server that sets ``SO_REUSEADDR``, as servers do, can listen there. Raises
    ``OSError`` where no port is free.
    """
    with socket.socket() as listener, socket.socket() as client:
        try:
            listener.bind((LOOPBACK, preferred))
        except OSError:
            listener.bind((LOOPBACK, 0))
        # Only now: it was to be refused where another holds the port, but is to let a server in.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.listen(1)
        client.connect(listener.getsockname())
        accepted, _ = listener.accept()
        accepted.close()  # the side that closes first is the one that waits
        return int(listener.getsockname()[1])
