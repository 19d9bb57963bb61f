"""Cases are read as text, never imported: nothing below this folder is a test module."""

collect_ignore_glob = ["*"]
