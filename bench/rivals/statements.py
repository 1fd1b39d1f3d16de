"""Milliseconds that the statements given as an argument take, without their imports."""

import sys
import time

lines = sys.argv[1].split("\n")
imports = [line for line in lines if line.startswith("import ")]
exec("\n".join(imports))
program = compile("\n".join(line for line in lines if line not in imports), "<cell>", "exec")
before = time.perf_counter()
exec(program)
print((time.perf_counter() - before) * 1000)
