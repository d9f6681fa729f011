"""Starlette routes beside the dashboard."""
