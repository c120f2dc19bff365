"""``python -m slipstream``, and the script ``slipstream``."""

import sys


def main() -> None:
    """Run a program, or another command of the command line."""
    # A program must not run inside of the command line's library, which has
    # a way of its own with exceptions.
    if sys.argv[1:2] == ["run"] and sys.argv[2:3] not in ([], ["-h"], ["--help"]):
        from slipstream import _run

        _run.main(sys.argv[2:])
        return
    from slipstream import _cli

    _cli.main(prog_name="slipstream")


if __name__ == "__main__":
    main()
