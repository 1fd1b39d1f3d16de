"""Entry point of the guest process: `python -s -P -u …/strata_harness/__main__.py [NAME=DESCRIPTOR]…`, the channel on
descriptor 3; the names are `leash` (leash.py), `commands` (channel.py) and `interrupts` (interrupts.py).

Run as a file, not with -m, so that nothing of the user's folder can shadow the package. The package's parent folder is
on sys.path only while the package itself is imported; later imports inside it are relative and need no path.
"""

import os
import sys


def main() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    # Before Python 3.11 there is no -P, and the script's own folder is the first entry of the path.
    sys.path[:] = [entry for entry in sys.path if entry and os.path.abspath(entry) != here]
    parent = os.path.dirname(here)
    sys.path.insert(0, parent)
    try:
        from strata_harness import guest
    finally:
        sys.path.remove(parent)
    guest.serve(3, {name: int(number) for name, number in (each.split("=") for each in sys.argv[1:])})


if __name__ == "__main__":
    main()
