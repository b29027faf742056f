"""Consultations in the admin site: looked at here, changed through verbs. A firm's internal rows never appear."""

from consultations.admin import calendar, comments, papers, rules

__all__ = ["calendar", "comments", "papers", "rules"]
