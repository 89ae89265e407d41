"""Every test of the toolkit; never installed."""

import sysconfig
from pathlib import Path

COMMAND = str(Path(sysconfig.get_path("scripts")) / "gan-theory")
