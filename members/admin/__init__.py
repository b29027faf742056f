"""Organisations, people and working groups in the admin site, by what is looked after."""

from members.admin import groups, organisations, people, register

__all__ = ["groups", "organisations", "people", "register"]
