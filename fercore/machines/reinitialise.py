"""Networks whose last layers have forgotten what they learned (Adebayo et al. 2018, cascading randomisation)."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from torch import nn

from fercore.machines.classifier import Classifier
from fercore.machines.network import build_classifier, find_family

_NORMALISATION = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)


def stages(classifier: nn.Module) -> list[tuple[str, ...]]:
    """Divide a classifier into stages, from the output down: each the names of modules that are re-initialised together.

    The head comes first. The body is divided into its children, or where only one of them has weights into that one's, and so
    on; a normalisation belongs to what it follows. Children are taken to work in the order in which they are registered, which
    holds for all networks that are one chain of blocks.
    """
    found: list[tuple[str, ...]] = []
    for name, module in _parts(classifier, ""):
        if isinstance(module, _NORMALISATION) and found:
            found[-1] = (*found[-1], name)
        else:
            found.append((name,))
    return found[::-1]


def _parts(module: nn.Module, name: str) -> list[tuple[str, nn.Module]]:
    children = [
        (f"{name}.{key}" if name else key, child) for key, child in module.named_children() if _has_weights(child)
    ]
    body = [child for child in children if child[0] != "head"]
    if len(body) == 1 and any(True for _ in body[0][1].children()):
        return [*_parts(body[0][1], body[0][0]), *(child for child in children if child not in body)]
    return children


def _has_weights(module: nn.Module) -> bool:
    return next(module.parameters(), None) is not None


def forgetting(
    classifier: Classifier, network: str, input_side: int, seed: int, *, alone: bool = False
) -> Iterator[Classifier]:
    """Give copies of a classifier with more and more of its stages as they were before any training.

    Parameters
    ----------
    classifier
        It is left as it is.
    network
        Its network's name: new weights, and running averages, come from building it anew.
    input_side
        Side in px of the images that it sees.
    seed
        Decides the new weights.
    alone
        Whether one stage at a time forgets, and the others keep what they learned.

    Yields
    ------
    Classifier
        First with a new head, at last with nothing left of what was learned (``alone``: with a new first stage); always the
        same object.
    """
    forgetful = copy.deepcopy(classifier)
    learned = classifier.state_dict()
    fresh = build_classifier(network, classifier.n_outputs, seed, input_side).state_dict()
    for stage in stages(classifier):
        if alone:
            forgetful.load_state_dict(learned)
        own = {key for key in learned if any(key == name or key.startswith(f"{name}.") for name in stage)}
        forgetful.load_state_dict({key: fresh[key] for key in own}, strict=False)
        yield forgetful


def can_forget(network: str) -> bool:
    """Tell whether building a network anew draws its weights at random, and does not bring weights along."""
    return find_family(network).first_weights(network) == "random"
