"""What a text about a study cites, as BibTeX."""

from __future__ import annotations

from collections.abc import Iterable

ENTRIES = {
    "park2022": """@inproceedings{park2022,
  author = {Park, Serin and Wallraven, Christian},
  title = {Comparing Facial Expression Recognition in Humans and Machines: Using {CAM}, {GradCAM}, and Extremal Perturbation},
  booktitle = {Pattern Recognition (ACPR 2021)},
  series = {Lecture Notes in Computer Science},
  year = {2022}
}""",
    "zhou2016": """@inproceedings{zhou2016,
  author = {Zhou, Bolei and Khosla, Aditya and Lapedriza, Agata and Oliva, Aude and Torralba, Antonio},
  title = {Learning Deep Features for Discriminative Localization},
  booktitle = {IEEE Conference on Computer Vision and Pattern Recognition},
  year = {2016}
}""",
    "selvaraju2017": """@inproceedings{selvaraju2017,
  author = {Selvaraju, Ramprasaath R. and Cogswell, Michael and Das, Abhishek and Vedantam, Ramakrishna and Parikh, Devi and
            Batra, Dhruv},
  title = {{Grad-CAM}: Visual Explanations from Deep Networks via Gradient-based Localization},
  booktitle = {IEEE International Conference on Computer Vision},
  year = {2017}
}""",
    "fong2019": """@inproceedings{fong2019,
  author = {Fong, Ruth and Patrick, Mandela and Vedaldi, Andrea},
  title = {Understanding Deep Networks via Extremal Perturbations and Smooth Masks},
  booktitle = {IEEE/CVF International Conference on Computer Vision},
  year = {2019}
}""",
    "he2016": """@inproceedings{he2016,
  author = {He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian},
  title = {Deep Residual Learning for Image Recognition},
  booktitle = {IEEE Conference on Computer Vision and Pattern Recognition},
  year = {2016}
}""",
    "kingma2015": """@inproceedings{kingma2015,
  author = {Kingma, Diederik P. and Ba, Jimmy},
  title = {{Adam}: A Method for Stochastic Optimization},
  booktitle = {International Conference on Learning Representations},
  year = {2015}
}""",
    "barsoum2016": """@inproceedings{barsoum2016,
  author = {Barsoum, Emad and Zhang, Cha and Canton Ferrer, Cristian and Zhang, Zhengyou},
  title = {Training Deep Networks for Facial Expression Recognition with Crowd-Sourced Label Distribution},
  booktitle = {ACM International Conference on Multimodal Interaction},
  year = {2016}
}""",
    "dice1945": """@article{dice1945,
  author = {Dice, Lee R.},
  title = {Measures of the Amount of Ecologic Association Between Species},
  journal = {Ecology},
  volume = {26},
  number = {3},
  pages = {297--302},
  year = {1945}
}""",
    "geirhos2020": """@inproceedings{geirhos2020,
  author = {Geirhos, Robert and Meding, Kristof and Wichmann, Felix A.},
  title = {Beyond Accuracy: Quantifying Trial-by-Trial Behaviour of {CNNs} and Humans by Measuring Error Consistency},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {33},
  year = {2020}
}""",
    "fel2022": """@inproceedings{fel2022,
  author = {Fel, Thomas and Rodriguez, Ivan F. and Linsley, Drew and Serre, Thomas},
  title = {Harmonizing the Object Recognition Strategies of Deep Neural Networks with Humans},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {35},
  year = {2022}
}""",
    "greenhouse1959": """@article{greenhouse1959,
  author = {Greenhouse, Samuel W. and Geisser, Seymour},
  title = {On Methods in the Analysis of Profile Data},
  journal = {Psychometrika},
  volume = {24},
  number = {2},
  pages = {95--112},
  year = {1959}
}""",
    "holm1979": """@article{holm1979,
  author = {Holm, Sture},
  title = {A Simple Sequentially Rejective Multiple Test Procedure},
  journal = {Scandinavian Journal of Statistics},
  volume = {6},
  number = {2},
  pages = {65--70},
  year = {1979}
}""",
    "steiger2004": """@article{steiger2004,
  author = {Steiger, James H.},
  title = {Beyond the {F} Test: Effect Size Confidence Intervals and Tests of Close Fit in the Analysis of Variance and Contrast
           Analysis},
  journal = {Psychological Methods},
  volume = {9},
  number = {2},
  pages = {164--182},
  year = {2004}
}""",
}
"""BibTeX entries by key."""

SOURCES = {"ferplus": "barsoum2016"}
METHODS = {"cam": "zhou2016", "grad-cam": "selvaraju2017", "extremal-perturbation": "fong2019"}
REGIMES = {"attention-guided": "fel2022"}
"""What stands for an image source, a saliency method, a regime."""


def bibtex(keys: Iterable[str]) -> str:
    """Give the entries of some keys, each once, in the order of `ENTRIES`."""
    wanted = set(keys)
    return "\n\n".join(entry for key, entry in ENTRIES.items() if key in wanted) + "\n"
