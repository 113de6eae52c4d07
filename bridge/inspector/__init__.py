"""Opening uploaded files in processes of their own, whose time and memory are bounded."""
