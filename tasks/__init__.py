"""The stages between a raw file and an article: pure functions, and the order in which they run."""
