"""What a study says about each result of the paper. No Streamlit, no torch.

``results/`` holds one module per result: a study in, a tidy table with the paper's number beside ours out (`FINDINGS` in
`finding.py`). Beside them stand what several results share: `people`, `networks`, `voters` and `attention`. `report`
puts everything into the one JSON object of ``fercore compare``.
"""
