from dataclasses import replace

import pytest

from fercore.machines.presets import WELL_KNOWN, training_settings, with_whole_paths


@pytest.mark.parametrize("network", WELL_KNOWN)
def test_well_known_networks_have_settings(network):
    assert training_settings(network).network == network


@pytest.mark.parametrize(
    ("setting", "given", "whole"),
    [
        ("network", "resnet50", "resnet50"),
        ("network", "timm:resnet18", "timm:resnet18"),
        ("network", "module:function", "module:function"),
        ("network", "own.py:function", "{0}/own.py:function"),
        ("network", "folder/own.pt2", "{0}/folder/own.pt2"),
        ("weights", "imagenet", "imagenet"),
        ("weights", "own.safetensors", "{0}/own.safetensors"),
    ],
)
def test_files_are_named_by_their_whole_path(tmp_path, monkeypatch, setting, given, whole):
    monkeypatch.chdir(tmp_path)
    settings = replace(training_settings("small"), **{setting: given})
    assert getattr(with_whole_paths(settings), setting) == whole.format(tmp_path)
