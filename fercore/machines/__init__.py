"""Networks: classifiers of pairs and of all expressions, how they are trained, kept, and how they vote.

`runs`, `votes`, `voting`, `regime`, `regimes`, `plan_run` and `presets` need no torch: pages and the command line read runs and plan
them without it.
"""
