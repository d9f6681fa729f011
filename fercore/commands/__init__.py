"""The same actions as in the dashboard, without a browser: one file per command."""
