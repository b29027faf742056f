"""``make bench``: the portal's pages beside a floor that a careful engineer could hardly beat, in one run.

Absolute milliseconds mean nothing on a shared machine, so every figure is a ratio to the floor's page of the
same kind, measured in the same round on the same services (docs/performance.md).
"""
