"""Bad input: whatever reads foreign bytes is fed with inputs that somebody has tampered with.

`scripts/fuzz` runs each target for as long as it is told, guided by the branches that an input
reaches; `test_targets.py` a few thousand inputs, the same in each run.
"""
