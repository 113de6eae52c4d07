"""The guide walked in a real EspoCRM: by command line, REST and headless Chromium."""
