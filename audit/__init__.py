"""Audit: `audit.workflow.record` is what verbs call."""
