"""What the EspoCRM extension is rendered from: model, templates, files, and the build."""
