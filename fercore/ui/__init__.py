"""The dashboard: the only room, beside the pages, that draws with Streamlit."""
