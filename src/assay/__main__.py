"""`python -m assay`.

The interpreter looks for modules in the current folder first, and has imported some before
anything of this file runs, unless it was started with `-P`: in a folder of others, use
`python -P -m assay`. What is imported from here on does not come from that folder.
"""

import sys
from os import getcwd, path

if not sys.flags.safe_path and sys.path[0] in ("", getcwd()):
    del sys.path[0]
    if path.dirname(path.dirname(__file__)) == getcwd():  # and perhaps what this package needs
        sys.path.append(getcwd())

from assay.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
