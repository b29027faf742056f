"""``python -m tests.reliability.inside SOURCE``: a few lines in a process of their own, with the product's settings."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    exec(compile(sys.argv[1], "<test>", "exec"), {})  # noqa: S102
