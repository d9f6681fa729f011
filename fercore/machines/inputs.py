"""What a network sees: faces at its input side, normalised.

Faces are resized once for all classifiers, into one array that all processes map.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from fercore.images.image_set import ImageSet
from fercore.images.pixel_file import as_rgb, as_stored
from fercore.machines.device import Device
from fercore.store import cache_dir, write_whole

MEAN, SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and standard deviation of ImageNet's pixels per channel, on the scale 0..1: every network is fed alike."""


def to_input(pixels: np.ndarray, input_side: int) -> Tensor:
    """Prepare images for a network.

    Parameters
    ----------
    pixels
        (n, side, side, 3), uint8, RGB.
    input_side
        Side at which the network sees them, px.

    Returns
    -------
    Tensor
        (n, 3, input_side, input_side), float32, normalised.
    """
    return normalise(to_unit_range(torch.from_numpy(resize(pixels, input_side))))


def to_unit_range(pixels: Tensor) -> Tensor:
    """Turn uint8 pixels (n, s, s, 3) into float32 (n, 3, s, s) in [0, 1]; in memory the channels stay last."""
    return pixels.permute(0, 3, 1, 2).float() / 255


def normalise(x: Tensor) -> Tensor:
    """Subtract the mean and divide by the standard deviation of each channel: (n, 3, s, s) of [0, 1]."""
    mean, sd = (torch.tensor(values, device=x.device).view(1, 3, 1, 1) for values in (MEAN, SD))
    return (x - mean) / sd


def resize(pixels: np.ndarray, side: int) -> np.ndarray:
    """Resize uint8 images (n, s, s, 3) to (n, side, side, 3): by area when they shrink, bilinear when they grow."""
    if pixels.shape[1] == side:
        return np.array(pixels, order="C")
    method = cv2.INTER_AREA if side < pixels.shape[1] else cv2.INTER_LINEAR
    resized = np.empty((len(pixels), side, side, 3), dtype=np.uint8)
    for image, small in zip(pixels, resized, strict=True):
        small[:] = cv2.resize(image, (side, side), interpolation=method)
    return resized


def shared_input(images: ImageSet, input_side: int) -> np.ndarray:
    """Give all images of a study at the input side, as read-only views of a memory map.

    Returns
    -------
    np.ndarray
        (n, input_side, input_side, 3), uint8; row i belongs to row i of the image index.
    """
    if images.side == input_side:
        return images.pixels
    return as_rgb(np.load(input_file(images, input_side), mmap_mode="r", allow_pickle=False))


def input_file(images: ImageSet, input_side: int) -> Path:
    """Give the file of all images of a study at an input side that is not their own: an array as ``images.npy`` is.

    It is made when first asked for and kept in the cache, named by the images' digest; gray images with one channel.
    """
    path = cache_dir() / "inputs" / f"{images.digest}-{input_side}.npy"
    if not path.is_file():
        shape = (len(images), input_side, input_side, as_stored(images.pixels).shape[3])
        with write_whole(path) as draft:
            resized = np.lib.format.open_memmap(draft, mode="w+", dtype=np.uint8, shape=shape)
            for start in range(0, len(images), 256):
                rows = slice(start, start + 256)
                resized[rows] = resize(images.pixels[rows], input_side)[..., : shape[3]]
            resized.flush()
    return path


def gather(pixels: np.ndarray, rows: np.ndarray, device: Device) -> Tensor:
    """Copy some images of a memory map to the device: float32 (len(rows), 3, s, s) in [0, 1].

    Gray images travel with the one channel that is stored.
    """
    batch = torch.from_numpy(np.ascontiguousarray(as_stored(pixels)[rows])).to(device.torch_device)
    return device.arrange(to_unit_range(batch).expand(-1, 3, -1, -1))
