"""Runs the script given as an argument, and prints the most memory that the process had, in bytes."""

import resource
import sys

exec(compile(sys.argv[1], "<script>", "exec"), {"__name__": "__main__"})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
