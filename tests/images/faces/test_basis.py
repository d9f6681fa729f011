import hashlib

import numpy as np

from fercore.images.faces.basis import BASIS_FILE, load_basis


def test_the_shipped_basis_is_the_one_that_is_described_and_small():
    digest = hashlib.sha256(BASIS_FILE.read_bytes()).hexdigest()
    assert digest in BASIS_FILE.with_name("BASIS.md").read_text()
    assert BASIS_FILE.stat().st_size < 1_000_000


def test_traits_have_two_ends_that_share_no_target():
    for trait in load_basis().traits:
        assert trait.high
        assert not set(trait.low) & set(trait.high)


def test_displacement_is_linear_in_the_weights():
    basis = load_basis()
    weights = np.zeros(len(basis.names), np.float32)
    assert not basis.displace(weights).any()
    weights[basis.index["face/jawOpen"]] = 1
    once = basis.displace(weights)
    assert once[:, 1].min() < -0.1
    np.testing.assert_allclose(basis.displace(weights * 2), once * 2, atol=1e-6)
