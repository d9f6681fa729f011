"""Nothing but the face tells the label: neither background nor crop."""

import cv2
import numpy as np
import pytest
from scipy.stats import binom
from torch import manual_seed, nn, optim, tensor

SIDE = 32
FACE = slice(3, 29)  # rows and columns, of 32, that hold the face; a border is left


def learn_and_answer(train, labels, shown):
    """Train a small network for some epochs and give its answers."""
    manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 24, 3, 2, 1), nn.BatchNorm2d(24), nn.ReLU(),
        nn.Conv2d(24, 48, 3, 2, 1), nn.BatchNorm2d(48), nn.ReLU(),
        nn.Conv2d(48, 96, 3, 2, 1), nn.BatchNorm2d(96), nn.ReLU(),
        nn.Flatten(), nn.Linear(96 * 16, 8),
    )  # fmt: skip
    optimiser = optim.Adam(network.parameters(), 1e-3)
    rng = np.random.default_rng(0)
    for _ in range(12):
        for some in np.array_split(rng.permutation(len(train)), len(train) // 64):
            loss = nn.functional.cross_entropy(network(tensor(train[some])), tensor(labels[some]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    network.eval()
    return network(tensor(shown)).argmax(dim=1).numpy()


@pytest.mark.slow
@pytest.mark.parametrize("with_face", [False, True])
def test_a_classifier_that_sees_all_but_the_face_stays_at_chance(default, with_face):
    index = default.images.index
    small = np.stack(
        [cv2.resize(np.asarray(p), (SIDE, SIDE), interpolation=cv2.INTER_AREA) for p in default.images.pixels]
    )
    pixels = small.transpose(0, 3, 1, 2).astype(np.float32) / 255 - 0.5
    if not with_face:
        pixels[:, :, FACE, FACE] = 0
    labels = np.array([default.label_set.index(label) for label in index["label"]])
    trained, shown = (index["split"] == "train").to_numpy(), (index["split"] != "train").to_numpy()
    n_right = int((learn_and_answer(pixels[trained], labels[trained], pixels[shown]) == labels[shown]).sum())
    likely = binom.ppf(0.999, shown.sum(), 1 / 8)
    if with_face:  # the check itself can tell: with the face it is far above chance
        assert n_right > 2 * likely
    else:
        assert n_right <= likely
