"""The archive: article model, settings, catalog, full-text index, search and command line."""
