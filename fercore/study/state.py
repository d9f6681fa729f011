"""What a study is like now, in a token that changes with it."""

from __future__ import annotations

import hashlib

from fercore.machines.regime import MULTICLASS
from fercore.saliency.maps import SETTINGS
from fercore.study.files import LOOKS_FILE
from fercore.study.revealing import revealed_sources
from fercore.study.seeing import has_seeing
from fercore.study.study import Study
from fercore.study.trusting import trusted_sources


def state_of(study: Study) -> str:
    """Name a study's present content: 16 digits that change when trials, clicks, runs, maps or answers do."""
    parts = [study.card.name, study.card.created, study.plan_digest, study.trial_store.digest()]
    looks = study.folder / LOOKS_FILE
    parts += [f"looks:{looks.stat().st_mtime_ns}"] if looks.is_file() else []
    for name in study.run_names:
        run = study.run(name)
        for regime in run.regimes:
            parts += [name, regime, f"seen:{has_seeing(study, run, regime)}"]
            if regime != MULTICLASS:
                keys = [study.maps_key(run, method, regime=regime) for method in SETTINGS]
                parts += [f"{key}:{study.maps_store.has(key)}" for key in keys]
                parts += [f"revealed:{source}" for source in revealed_sources(study, run, regime)]
                parts += [f"trusted:{source}" for source in trusted_sources(study, run, regime)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
