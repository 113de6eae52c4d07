"""Logging in to KSeF and keeping the session: one per profile, over all workers and replicas."""
