"""Run the command line with `python -m primus_eval`."""

from primus_eval.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
