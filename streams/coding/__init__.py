"""Codes pairs of actors in a sentence by PLOVER: what the source does to the target.

Knowledge (`knowledge/en/coding.toml`: phrases by root) and a small linear model that learned how much each phrase
and each word weighs. `coder.Coder` is the way in; `python -m streams.coding.train` learns and scores.
"""
