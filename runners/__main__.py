"""Start the command line: `python -m btplaybook.runners`."""

from .command.cli import main

if __name__ == "__main__":
    main()
