"""A Jupyter kernel driven line by line: each line on stdin is a cell as a JSON string, each line on stdout the
milliseconds from its execute request until the kernel is idle again."""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel  # type: ignore[import-not-found]


def main() -> None:
    manager, client = start_new_kernel()
    try:
        for line in sys.stdin:
            source = json.loads(line)
            before = time.perf_counter()
            reply = client.execute_interactive(source, output_hook=lambda message: None, timeout=120)
            taken = (time.perf_counter() - before) * 1000
            if reply["content"]["status"] != "ok":
                raise RuntimeError(reply["content"])
            print(taken, flush=True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
