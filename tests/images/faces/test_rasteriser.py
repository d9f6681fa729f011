import numpy as np

from fercore.images.faces.rasteriser import rasterise

SQUARE = np.array([[0, 0], [8, 0], [8, 8], [0, 8]], np.float32)
FACING = np.array([[0, 2, 1], [0, 3, 2]], np.int32)


def test_a_square_covers_every_pixel_and_interpolates_linearly():
    seen = rasterise(SQUARE, np.zeros(4, np.float32), FACING, 8)
    np.testing.assert_array_equal(seen.pixels, np.arange(64))
    np.testing.assert_allclose(seen.weights.sum(axis=1), 1, atol=1e-6)
    columns = seen.image(seen.interpolate(SQUARE[:, 0]))
    np.testing.assert_allclose(columns, np.broadcast_to(np.arange(8) + 0.5, (8, 8)), atol=1e-5)


def test_the_nearer_triangle_is_seen_whatever_the_order():
    points = np.concatenate([SQUARE, SQUARE])
    depths = np.repeat([0, 1], 4).astype(np.float32)
    for triangles in (np.concatenate([FACING, FACING + 4]), np.concatenate([FACING + 4, FACING])):
        seen = rasterise(points, depths, triangles, 8)
        assert (seen.corners >= 4).all()
        np.testing.assert_allclose(seen.depths, 1, atol=1e-6)


def test_triangles_seen_from_behind_or_outside_do_not_show():
    assert len(rasterise(SQUARE, np.zeros(4, np.float32), FACING[:, ::-1].copy(), 8).pixels) == 0
    assert len(rasterise(SQUARE + 20, np.zeros(4, np.float32), FACING, 8).pixels) == 0
