"""Pair classifiers as a plain script trains them: ImageFolder, PIL, torchvision v2 transforms, two loader workers, float32.

One pair after the other. `benchmarks/training.py` runs it beside fercore; it knows nothing of it.

    python benchmarks/plain_training.py FOLDER NETWORK SIDE BATCH EPOCHS PAIR [PAIR ...]

FOLDER holds one folder of images per label. Prints the seconds of every pair as a JSON list.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision.datasets import ImageFolder
from torchvision.models import resnet50
from torchvision.transforms import v2


class Block(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(n_in, n_out, 3, 2, 1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False), nn.BatchNorm2d(n_out))
        self.around = nn.Sequential(nn.Conv2d(n_in, n_out, 1, 2, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Halve the side."""
        return torch.relu(self.second(self.first(x)) + self.around(x))


def small(n_outputs: int) -> nn.Module:
    """Build the layers of fercore's small network, written once more."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        Block(16, 32), Block(32, 64), Block(64, 96), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(96, n_outputs),
    )  # fmt: skip


NETWORKS = {"small": small, "resnet50": lambda n_outputs: resnet50(num_classes=n_outputs)}

AUGMENT = [
    v2.RandomHorizontalFlip(),
    v2.RandomAffine(degrees=5.7, translate=(0.05, 0.05), scale=(0.93, 1.07)),
    v2.ColorJitter(brightness=0.075, contrast=0.15),
]


def train_pair(folder: Path, pair: tuple[str, str], network: str, side: int, batch: int, epochs: int) -> float:
    """Train one classifier; gives the seconds."""
    start = time.perf_counter()
    torch.manual_seed(0)
    transform = v2.Compose(
        [
            v2.ToImage(), v2.Resize((side, side)), *AUGMENT, v2.ToDtype(torch.float32, scale=True),
            v2.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )  # fmt: skip
    everything = ImageFolder(str(folder), transform)
    numbers = [everything.class_to_idx[label] for label in pair]
    rows = [[i for i, target in enumerate(everything.targets) if target == number] for number in numbers]
    smallest = min(map(len, rows))
    images = Subset(everything, [row for own in rows for row in own[:smallest]])
    loader = DataLoader(images, batch_size=batch, shuffle=True, num_workers=2)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = NETWORKS[network](2).to(device).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_of(model(x.to(device)), (y == numbers[1]).long().to(device))
            loss.backward()
            optimizer.step()
    return time.perf_counter() - start


def main() -> None:
    folder, network, side, batch, epochs, *pairs = sys.argv[1:]
    seconds = []
    for pair in pairs:
        first, second = pair.split("-")
        seconds.append(train_pair(Path(folder), (first, second), network, int(side), int(batch), int(epochs)))
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
