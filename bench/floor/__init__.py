"""The floor: the least that Django does for such pages, with session sign-in and five indexed queries."""
