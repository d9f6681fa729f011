"""The server: ``streamlit run app.py`` serves the dashboard, and beside it whether it is well.

The dashboard's own script is ``fercore/ui/frame.py``; this file only says where it is.
"""

from pathlib import Path

import streamlit as st

from fercore.server import MIDDLEWARE, ROUTES

app = st.App(Path(__file__).parent / "fercore" / "ui" / "frame.py", routes=ROUTES, middleware=MIDDLEWARE)
