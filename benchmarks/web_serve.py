"""A server in a process of its own: `python -m benchmarks.web_serve benchmarks.web_ours 8000`."""

import sys

from volunteer_credit.cli_serve import HOST, WORKERS, server


def main(module: str, port: str) -> None:
    """Serve the application of a module, with the settings of `volunteer-credit serve`."""
    made = server(HOST, int(port), WORKERS)
    made.target = f"{module}:application"
    made.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
