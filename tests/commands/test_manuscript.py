import pytest

from fercore.__main__ import main


@pytest.fixture(autouse=True)
def _folders(tmp_path, monkeypatch):
    monkeypatch.setenv("FERCORE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("FERCORE_CACHE", str(tmp_path / "cache"))


def test_text_is_printed_and_bibtex_is_written(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["manuscript", "default", "--threshold", "60", "--bibtex", str(tmp_path / "default.bib")])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith("## Methods")
    assert "cut at 60;" in printed
    assert "F(2, 165) = " in printed
    assert "@inproceedings{fong2019," in (tmp_path / "default.bib").read_text()
