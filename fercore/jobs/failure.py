"""What a failed job says to the user, and how failures travel."""

from __future__ import annotations

import errno
import pickle
import sys
import traceback

from fercore.errors import FercoreError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("no space left on device", "disk is full", "disk quota exceeded")
_MEMORY_WORDS = ("out of memory", "can't allocate memory", "cannot allocate memory", "unable to allocate")


def failure_sentence(error: BaseException) -> str:
    """Give one sentence for the user: what happened and what to do; a full disk and exhausted memory are named.

    Libraries report both in many ways (`OSError`, `SafetensorError`, ``torch.OutOfMemoryError``, NumPy's allocation
    error), so their words count where there is no error number.
    """
    if isinstance(error, FercoreError):
        return str(error)
    words = str(error).lower()
    if getattr(error, "errno", None) in _FULL or any(word in words for word in _FULL_WORDS):
        return f"The disk is full ({error}). Make room, then resume the job; what is finished is kept."
    if isinstance(error, MemoryError) or any(word in words for word in _MEMORY_WORDS):
        return (
            "Memory ran out. Close other programs, or use a smaller batch, input side or network, then resume the job; "
            "what is finished is kept."
        )
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"The job stopped on something unforeseen ({what}). Its log shows where; resume it when that is mended."


def portable(error: Exception) -> Exception:
    """Make an exception fit for another process: a user's sentence stays, everything else leaves its traceback in the log."""
    if isinstance(error, FercoreError):
        return FercoreError(str(error))  # some subclasses cannot be made again from their text
    traceback.print_exception(error, file=sys.stderr)
    try:
        again = pickle.loads(pickle.dumps(error))
        return again if type(again) is type(error) else RuntimeError(str(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
