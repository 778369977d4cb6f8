"""The command line: one module per command, and the exit codes that they share."""

SUCCESS, FINDINGS, UNUSABLE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 130, 143
"""No findings; findings or files that would change; unusable input; a bug; Ctrl-C; SIGTERM."""
