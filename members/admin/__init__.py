"""Organisations, people and working groups in the admin site, by what is looked after."""

from members.admin import firms, groups, organisations, people, register, retention, sign_in, terms

__all__ = ["firms", "groups", "organisations", "people", "register", "retention", "sign_in", "terms"]
