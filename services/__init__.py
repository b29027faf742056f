"""PostgreSQL, Redis, the mail catcher and the supervisor of a local or test run.

Nothing here imports Django: the services start before the settings can be read, and a supervisor that
imported ``portal`` would leak its settings module into pytest.
"""
