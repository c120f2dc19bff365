"""``python -m slipstream``, and the script ``slipstream``."""

from slipstream._cli import main

if __name__ == "__main__":
    main(prog_name="slipstream")
