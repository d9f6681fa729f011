"""What is served beside the dashboard: whether the server is well, and headers on every response."""

from starlette.middleware import Middleware

from fercore.server.headers import SecurityHeaders
from fercore.server.health import HEALTH
from fercore.server.start import START

ROUTES = [HEALTH, START]
"""Routes beside Streamlit's own."""

MIDDLEWARE = [Middleware(SecurityHeaders)]
"""What every response passes through."""
