"""Ends with an error unless the installed command says that it is compiled."""

import subprocess
import sys
import sysconfig
from pathlib import Path

command = Path(sysconfig.get_path("scripts")) / "assay"
said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
print(said)
sys.exit(not said.rstrip().endswith("(compiled)"))
