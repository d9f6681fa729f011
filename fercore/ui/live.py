"""Maps of single images, computed by a thread of the server while a reader waits.

A job would start a process and load torch anew for each map; the server loads it once, when the first map is offered. One
map is computed at a time, by half of the cores; it is kept in the store, so that the next view finds it there.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from threading import Event, Lock
from typing import Any

from fercore.errors import FercoreError
from fercore.jobs.executors.local import usable_cores
from fercore.machines.runs import Run
from fercore.saliency.presets import FAST, FAST_STEPS, preset_settings
from fercore.saliency.settings_in_force import settings_in_force
from fercore.study import Study

logger = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-map")
_under_way: dict[str, LiveMap] = {}
_lock = Lock()


class _CancelledError(Exception):
    pass


class LiveMap:
    """One image's map on its way."""

    def __init__(self) -> None:
        self.share = 0.0
        """How much is done, 0 to 1."""
        self.message = "waiting for its turn"
        self.error = ""
        """Why there will be no map, in a sentence; empty while nothing went wrong."""
        self.ended = Event()
        self._cancelled = Event()

    def cancel(self) -> None:
        """Stop at the next step."""
        self._cancelled.set()

    def tell(self, progress: dict[str, Any]) -> None:
        """Take a note of progress; raises to stop the work once it is cancelled."""
        if self._cancelled.is_set():
            raise _CancelledError
        self.share = min(progress["done"] / progress["total"], 1.0)
        self.message = progress["message"]


@cache
def warm_up() -> None:
    """Load torch, once: who is offered a map may want it soon."""
    _threads.submit(import_module, "fercore.saliency.methods.extremal_perturbation")


def compute(study: Study, run: Run, method: str, image: str) -> LiveMap | None:
    """Begin to compute a map by the fast preset, or give the one that is under way; None when the pair is not trained."""
    settings = preset_settings(method, FAST, settings_in_force(run, method))
    key = study.image_map_key(run, method, image, settings)
    if key is None:
        return None
    with _lock:
        if key not in _under_way:
            _under_way[key] = LiveMap()
            _threads.submit(_work, _under_way[key], study, run, method, image, settings)
        return _under_way[key]


def under_way(key: str) -> LiveMap | None:
    """Give the map that is being computed under a store key, or that ended and was not forgotten yet."""
    return _under_way.get(key)


def forget(key: str) -> None:
    """Forget a map that is finished, failed or cancelled."""
    with _lock:
        _under_way.pop(key, None)


def _work(live: LiveMap, study: Study, run: Run, method: str, image: str, settings: Any) -> None:
    stops_early = bool(getattr(settings, "settled", 0.0))

    def told(progress: dict[str, Any]) -> None:
        if stops_early and progress["done"] < progress["total"]:
            progress = progress | {"total": max(FAST_STEPS, progress["done"])}
        live.tell(progress)

    try:
        live.tell({"done": 0, "total": 1, "message": "loading the network"})
        from fercore.saliency import explain  # torch is loaded here and not with the pages

        pair = study.image_pair(image)
        threads = max(1, usable_cores() // 2)  # the others serve readers; threads that wait for each other lose time
        unit = explain.ExplainUnit(
            study.folder, run.name, str(run.pair_regime), pair, method, settings, study.plan_digest, threads, image
        )
        explain.explain_unit(unit, told, study.maps_store)
    except _CancelledError:
        pass
    except FercoreError as error:
        live.error = str(error)
    except Exception as error:
        logger.exception("the map of %s by %s failed", image, method)
        live.error = f"This map failed with {type(error).__name__}; the server's log has the details."
    finally:
        live.ended.set()
