"""What the checks that kill processes know of them: Python 3 on Linux, standard library."""

import glob


def trainers_of(process):
    """The processes that a process started."""
    children = []
    for path in glob.glob(f"/proc/{process}/task/*/children"):
        try:
            children += [int(child) for child in open(path).read().split()]
        except FileNotFoundError:
            pass
    return children
