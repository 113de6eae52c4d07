"""The HTTP side of the bridge: resources, problem details, caller authentication. No logic."""
