"""The site of the documentation: what `mkdocs build` adds to the files in docs."""
