"""Client of the KSeF API: what the bridge says to KSeF, and what KSeF's answers mean."""
