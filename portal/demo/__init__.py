"""The demonstration, on a developer's machine only: entering as somebody, the mail that was sent, the data."""
