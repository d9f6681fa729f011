"""What is served beside the dashboard: whether the server is well, and headers on every response."""

from starlette.middleware import Middleware

from fercore.server.headers import SecurityHeaders
from fercore.server.health import ROUTE

ROUTES = [ROUTE]
"""Routes beside Streamlit's own."""

MIDDLEWARE = [Middleware(SecurityHeaders)]
"""What every response passes through."""
