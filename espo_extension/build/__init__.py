"""The build: checks the model, renders it, and packs the zip that EspoCRM installs."""
