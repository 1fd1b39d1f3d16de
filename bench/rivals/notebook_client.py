"""Runs the cells of a JSON list of texts by nbclient, and prints the milliseconds that they took once it had begun."""

import json
import sys
import time

import nbformat  # type: ignore[import-not-found]
from nbclient import NotebookClient  # type: ignore[import-not-found]


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        cells = [nbformat.v4.new_code_cell(source) for source in json.load(file)]
    client = NotebookClient(nbformat.v4.new_notebook(cells=list(cells)))
    with client.setup_kernel():
        client.execute_cell(nbformat.v4.new_code_cell("pass"), 0)
        before = time.perf_counter()
        for index, cell in enumerate(cells):
            client.execute_cell(cell, index)
        print((time.perf_counter() - before) * 1000)


if __name__ == "__main__":
    main()
