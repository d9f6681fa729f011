"""Families of networks, one per module: `fercore.machines.network.find_family` says how their names are written."""
