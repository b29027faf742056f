"""Retention: kinds of record that can lawfully and technically go, and what legal holds keep."""
