"""gunicorn loads the program once and then makes its workers (deploy/gunicorn.conf.py)."""

import subprocess
import sys

LOAD = """
import sys
import portal.wsgi
from consultations import guardrail
from django.db import connections
assert portal.wsgi.application
assert guardrail.compiled.cache_info().currsize == 1
assert "celery.canvas" in sys.modules
print([one.alias for one in connections.all(initialized_only=True) if one.connection or one._connection_pools])
"""


def test_loading_the_program_opens_no_connection() -> None:
    """Two workers would talk through it at once."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]"]
