"""One file a change, named by its place in the order."""
