"""Who may do what, and the test data that decides it."""
