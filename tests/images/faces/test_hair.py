import numpy as np
import pytest

from fercore.images.faces.basis import load_basis
from fercore.images.faces.hair import hang
from fercore.images.faces.identity import sample_identity


@pytest.mark.parametrize("seed", range(4))
def test_long_hair_hangs_outside_the_eyes_and_behind_the_face(seed):
    basis = load_basis()
    person = sample_identity(basis, np.random.default_rng(seed))
    neutral = basis.vertices + basis.displace(person.shape)
    curtain = hang(basis, person, neutral)
    assert np.isfinite(curtain.vertices).all()
    assert curtain.triangles.max() < len(curtain.vertices) == len(curtain.strands)
    assert curtain.vertices[:, 2].max() < neutral[:, 2].max()
    np.testing.assert_array_equal(hang(basis, person, neutral).vertices, curtain.vertices)
