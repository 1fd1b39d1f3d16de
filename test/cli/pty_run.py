"""Run a command on a pseudo-terminal of so many columns and copy what it writes: `pty_run.py COLUMNS COMMAND…`."""

import fcntl
import os
import pty
import struct
import sys
import termios


def main() -> int:
    columns, command = int(sys.argv[1]), sys.argv[2:]
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            # Linux says EIO where others say that the end is reached.
            break
        if not chunk:
            break
        os.write(1, chunk)
    _, status = os.waitpid(pid, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


if __name__ == "__main__":
    sys.exit(main())
