"""How good detection is: signals against articles labelled by hand.

Reading order: `gold` (labelled articles), `match` (which signal is which gold event), `tally` (figures),
`causes` (why one is missed or wrong), `calibration` (what a confidence is worth), `floors` (what may not get worse).
"""
