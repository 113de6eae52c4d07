"""The two key files: master keys that seal secrets, API keys that admit callers."""
