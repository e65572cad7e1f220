"""Only the notebooks are run from here; the scripts beside them hold the same cells."""

collect_ignore_glob = ["*.py"]
