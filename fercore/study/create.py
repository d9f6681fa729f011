"""Make a study from faces on disk: whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fercore.errors import InputError
from fercore.labels import LabelSet
from fercore.settings import DesignSettings
from fercore.store import studies_dir
from fercore.study.card import StudyCard, check_name
from fercore.study.study import Study
