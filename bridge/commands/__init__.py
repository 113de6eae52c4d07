"""What `ksef-bridge` can do, one module for each command. `bridge.cli` imports them when asked."""
