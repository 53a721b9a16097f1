"""`python -m include`: the command line."""

from include.pipeline.command_line import main

if __name__ == "__main__":
    main()
