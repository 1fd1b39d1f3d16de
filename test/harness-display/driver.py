"""Runs the text on standard input as one cell and prints what it showed, as JSON lines on the original stdout.

Arguments: the folder of the harness package, and a folder for content. Independent of the harness protocol.
"""

import ast
import hashlib
import json
import os
import sys


def main() -> None:
    harness, folder = sys.argv[1:3]
    sys.path.insert(0, harness)
    from strata_harness.display import Displayer

    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    content, tmp = os.path.join(folder, "content"), os.path.join(folder, "tmp")
    os.makedirs(tmp, exist_ok=True)

    def place(data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        os.makedirs(os.path.join(content, digest[:2]), exist_ok=True)
        return digest

    def put(data: bytes) -> "tuple[str, int]":
        digest = place(data)
        with open(os.path.join(content, digest[:2], digest[2:]), "wb") as file:
            file.write(data)
        return digest, len(data)

    def put_file(path: str) -> "tuple[str, int]":
        with open(path, "rb") as file:
            data = file.read()
        digest = place(data)
        os.replace(path, os.path.join(content, digest[:2], digest[2:]))
        return digest, len(data)

    def send(message: "dict[str, object]") -> None:
        channel.write(json.dumps(message) + "\n")

    def clear(wait: bool) -> None:
        channel.write(json.dumps({"clear": wait}) + "\n")

    displayer = Displayer(send, put, put_file, tmp, clear)
    # A line `# --- next cell` starts another cell in the same process, as a single-process runner would; one
    # `# --- fresh cell` starts one that shares nothing but the process with those before it.
    namespace: dict[str, object] = {}
    for part in ("fresh cell\n" + sys.stdin.read()).split("# --- "):
        kind, _, text = part.partition(" cell\n")
        if kind == "fresh":
            namespace = {"__name__": "__main__"}
        tree = ast.parse(text, "<cell>")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        displayer.before_cell(namespace)
        exec(compile(tree, "<cell>", "exec"), namespace)
        if last is not None:
            displayer.show(eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace))
        displayer.after_cell()
        channel.write(json.dumps({"cell": kind}) + "\n")
    channel.write(json.dumps({"left": sorted(os.listdir(tmp)), "modules": sorted(sys.modules)}) + "\n")
    channel.close()


if __name__ == "__main__":
    main()
