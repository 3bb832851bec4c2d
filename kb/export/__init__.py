"""The whole help center in a folder: pages that need no server, and the search that goes with them."""
