"""One file per step; the newest makes what `tables.py` describes."""
