"""`python -m egnatia` and the `egnatia` command."""

from egnatia.cli import main

if __name__ == "__main__":
    main()
