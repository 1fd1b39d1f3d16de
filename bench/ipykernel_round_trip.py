"""Milliseconds from an execute request to a Jupyter kernel until it is idle again, as a JSON list of medians.

`python ipykernel_round_trip.py TIMES CELL…`: each cell is run once to warm up and then TIMES times in the same kernel.
"""

import json
import statistics
import sys
import time

from jupyter_client.manager import start_new_kernel  # type: ignore[import-not-found]


def main() -> None:
    times, cells = int(sys.argv[1]), sys.argv[2:]
    manager, client = start_new_kernel()
    try:
        print(json.dumps([measure(client, cell, times) for cell in cells]))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def measure(client: object, cell: str, times: int) -> float:
    taken = []
    for round_ in range(times + 1):
        before = time.perf_counter()
        client.execute_interactive(cell, output_hook=lambda message: None, timeout=120)  # type: ignore[attr-defined]
        if round_ > 0:
            taken.append((time.perf_counter() - before) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
