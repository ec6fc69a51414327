"""``python -m edgewarden`` is the command ``edgewarden``."""

from edgewarden.cli.main import main

main(prog_name="edgewarden")
