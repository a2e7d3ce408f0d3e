"""`python -m safar`: the same as the command `safar`, where the environment's scripts are not on the path."""

from safar.cli import main

if __name__ == "__main__":
    main()
